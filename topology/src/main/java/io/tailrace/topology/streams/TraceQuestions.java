package io.tailrace.topology.streams;

import io.tailrace.serdes.TraceId;
import io.tailrace.topology.sampling.TraceAnswer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Passes questions about traces to the tasks. The state of a task belongs to its stream thread,
 * which answers between records. Thread-safe.
 */
public final class TraceQuestions {
  private static final int MAX_WAITING = 100;

  private final Map<Integer, Task> tasks = new ConcurrentHashMap<>();

  /** Returns the partitions of the tasks of this instance. */
  public Set<Integer> partitions() {
    return Set.copyOf(tasks.keySet());
  }

  /**
   * Asks the task of a partition.
   *
   * @param withSpans whether the answer contains the first spans of an open trace
   * @return state of the trace, or null if it is unknown; fails if there is no such task, if the
   *     task moves away, or if too many questions wait
   */
  public CompletableFuture<Optional<TraceAnswer>> ask(
      int partition, TraceId trace, boolean withSpans) {
    Task task = tasks.get(partition);
    Question question = new Question(trace, withSpans, new CompletableFuture<>());
    if (task == null || !task.waiting.offer(question)) {
      question.answer.completeExceptionally(
          new IllegalStateException("partition " + partition + " cannot be asked now"));
    } else if (task.closed) { // the task may have missed the question
      task.refuseAll();
    }
    return question.answer;
  }

  /** Accepts questions for a task until it is closed. */
  public Task open(int partition) {
    Task task = new Task(partition);
    tasks.put(partition, task);
    return task;
  }

  private record Question(
      TraceId trace, boolean withSpans, CompletableFuture<Optional<TraceAnswer>> answer) {}

  /** Source of answers. */
  public interface Answerer {
    /** Returns null if the trace is unknown. */
    @Nullable TraceAnswer answer(TraceId trace, boolean withSpans);
  }

  /** Questions to one task. */
  public final class Task implements AutoCloseable {
    private final int partition;
    private final BlockingQueue<Question> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private volatile boolean closed;

    private Task(int partition) {
      this.partition = partition;
    }

    /**
     * Answers all waiting questions, with null for unknown traces. Must be called on the thread of
     * the task.
     */
    public void answer(Answerer answerer) {
      Question question;
      while ((question = waiting.poll()) != null) {
        answer(question, answerer);
      }
    }

    /** Answers a question. A failure concerns the asker only. */
    private static void answer(Question question, Answerer answerer) {
      try {
        question.answer.complete(
            Optional.ofNullable(answerer.answer(question.trace, question.withSpans)));
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
