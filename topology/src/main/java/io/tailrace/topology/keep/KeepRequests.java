package io.tailrace.topology.keep;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Passes requests from the reader thread to the tasks that serve them. Thread-safe. */
public final class KeepRequests {
  private static final int MANY = 1_000;

  private final Map<Integer, Task> tasks = new ConcurrentHashMap<>();

  /** Registers a task until it is closed. Its requests start at this offset, or at the first. */
  public Task open(int partition, OptionalLong position) {
    Task task = new Task(partition, position);
    tasks.put(partition, task);
    return task;
  }

  /** Returns the tasks of this instance by partition. */
  public Map<Integer, Task> tasks() {
    return Map.copyOf(tasks);
  }

  /** Request queue of a task. */
  public final class Task implements AutoCloseable {
    private final int partition;
    private final OptionalLong position;
    private final Queue<KeepRequest> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    private Task(int partition, OptionalLong position) {
      this.partition = partition;
      this.position = position;
    }

    OptionalLong position() {
      return position;
    }

    public void offer(KeepRequest request) {
      size.incrementAndGet();
      waiting.add(request);
    }

    /** Returns whether the queue is full. */
    boolean isFull() {
      return size.get() >= MANY;
    }

    /** Returns the next request, or null. */
    public @Nullable KeepRequest poll() {
      KeepRequest next = waiting.poll();
      if (next != null) {
        size.decrementAndGet();
      }
      return next;
    }

    @Override
    public void close() {
      tasks.remove(partition, this);
    }
  }
}
