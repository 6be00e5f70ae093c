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

/**
 * Carries questions about traces to the tasks that can answer them: state belongs to its stream
 * thread, which answers when it has time. Thread-safe.
 */
public final class TraceQuestions {
  private static final int MAX_WAITING = 100;

  private final Map<Integer, Task> tasks = new ConcurrentHashMap<>();

  /** The partitions whose tasks are here. */
  public Set<Integer> partitions() {
    return Set.copyOf(tasks.keySet());
  }

  /**
   * Asks the task of a partition.
   *
   * @param withSpans whether the answer is to have the first spans of an open trace
   * @return what it knows of the trace, or nothing; fails if there is no such task, it leaves, or
   *     too many ask
   */
  public CompletableFuture<Optional<TraceAnswer>> ask(
      int partition, TraceId trace, boolean withSpans) {
    Task task = tasks.get(partition);
    Question question = new Question(trace, withSpans, new CompletableFuture<>());
    if (task == null || !task.waiting.offer(question)) {
      question.answer.completeExceptionally(
          new IllegalStateException("partition " + partition + " cannot be asked now"));
    } else if (task.closed) { // it may not have seen the question
      task.refuseAll();
    }
    return question.answer;
  }

  /** Lets a task be asked until it is closed. */
  public Task open(int partition) {
    Task task = new Task(partition);
    tasks.put(partition, task);
    return task;
  }

  private record Question(
      TraceId trace, boolean withSpans, CompletableFuture<Optional<TraceAnswer>> answer) {}

  /** Knows of traces. */
  public interface Answerer {
    /** Null if it knows nothing. */
    TraceAnswer answer(TraceId trace, boolean withSpans);
  }

  /** What a task is asked. */
  public final class Task implements AutoCloseable {
    private final int partition;
    private final BlockingQueue<Question> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private volatile boolean closed;

    private Task(int partition) {
      this.partition = partition;
    }

    /**
     * Answers all that wait, with null for what is not known; to be called on the task's thread.
     */
    public void answer(Answerer answerer) {
      Question question;
      while ((question = waiting.poll()) != null) {
        answer(question, answerer);
      }
    }

    /** A question that cannot be answered is the asker's trouble, not the task's. */
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
