package io.tailrace.topology;

import io.tailrace.serdes.TraceId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Carries questions about traces to the tasks that can answer them: state belongs to its stream
 * thread, which answers when it has time. Thread-safe.
 */
final class TraceQuestions {
  private static final int MAX_WAITING = 100;

  private final Map<Integer, Task> tasks = new ConcurrentHashMap<>();

  /** The partitions whose tasks are here. */
  Set<Integer> partitions() {
    return Set.copyOf(tasks.keySet());
  }

  /**
   * Asks the task of a partition.
   *
   * @return what it knows of the trace, or nothing; fails if there is no such task, it leaves, or
   *     too many ask
   */
  CompletableFuture<Optional<TraceAnswer>> ask(int partition, TraceId trace) {
    Task task = tasks.get(partition);
    Question question = new Question(trace, new CompletableFuture<>());
    if (task == null || !task.waiting.offer(question)) {
      question.answer.completeExceptionally(
          new IllegalStateException("partition " + partition + " cannot be asked now"));
    } else if (task.closed) { // it may not have seen the question
      task.refuseAll();
    }
    return question.answer;
  }

  /** Lets a task be asked until it is closed. */
  Task open(int partition) {
    Task task = new Task(partition);
    tasks.put(partition, task);
    return task;
  }

  private record Question(TraceId trace, CompletableFuture<Optional<TraceAnswer>> answer) {}

  /** What a task is asked. */
  final class Task implements AutoCloseable {
    private final int partition;
    private final BlockingQueue<Question> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private volatile boolean closed;

    private Task(int partition) {
      this.partition = partition;
    }

    /**
     * Answers all that wait, with null for what is not known; to be called on the task's thread.
     */
    void answer(Function<TraceId, TraceAnswer> desk) {
      Question question;
      while ((question = waiting.poll()) != null) {
        answer(question, desk);
      }
    }

    /** A question that cannot be answered is the asker's trouble, not the task's. */
    private static void answer(Question question, Function<TraceId, TraceAnswer> desk) {
      try {
        question.answer.complete(Optional.ofNullable(desk.apply(question.trace)));
      } catch (RuntimeException e) {
        question.answer.completeExceptionally(e);
      }
    }

    @Override
    public void close() {
      tasks.remove(partition, this);
      closed = true;
      refuseAll();
    }

    private void refuseAll() {
      Question question;
      while ((question = waiting.poll()) != null) {
        question.answer.completeExceptionally(
            new IllegalStateException("partition " + partition + " has left this instance"));
      }
    }
  }
}
