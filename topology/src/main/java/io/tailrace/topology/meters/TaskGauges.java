package io.tailrace.topology.meters;

import io.tailrace.topology.sampling.BudgetState;
import io.tailrace.topology.sampling.OpenTraces;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Gauges of a task, written by its thread and read by the metrics thread. */
public final class TaskGauges implements AutoCloseable {
  private final TopicPartition source;
  private final Consumer<TaskGauges> onClose;
  private volatile long traces;
  private volatile long spans;
  private volatile long bytes;
  private volatile long overdueMillis;
  private volatile long reached = Long.MIN_VALUE;
  private volatile long judging;
  private volatile boolean started;
  private volatile List<BudgetState> budgets = List.of();
  private volatile List<BurnState> burns = List.of();

  TaskGauges(TopicPartition source, Consumer<TaskGauges> onClose) {
    this.source = source;
    this.onClose = onClose;
  }

  public void update(OpenTraces open, long overdue) {
    traces = open.size();
    spans = open.spans();
    bytes = open.bytes();
    overdueMillis = overdue;
    reached = open.clock().reached();
  }

  /** Sets the state of the policies with a budget or with keys. */
  void budgets(List<BudgetState> states) {
    budgets = List.copyOf(states);
  }

  /** Returns the state of the policies with a budget or with keys, in document order. */
  public List<BudgetState> budgets() {
    return budgets;
  }

  void burns(List<BurnState> states) {
    burns = List.copyOf(states);
  }

  /** Returns the burn rates of {@code slo_burn} policies, in document order. */
  public List<BurnState> burns() {
    return burns;
  }

  /** Sets the current policy version of the task. */
  void judging(long version) {
    judging = version;
  }

  /** Marks the log time of the task as known. */
  public void started() {
    started = true;
  }

  boolean hasStarted() {
    return started;
  }

  public long judging() {
    return judging;
  }

  public TopicPartition source() {
    return source;
  }

  public long traces() {
    return traces;
  }

  public long spans() {
    return spans;
  }

  public long bytes() {
    return bytes;
  }

  public long overdueMillis() {
    return overdueMillis;
  }

  /** Lag of its log time behind the clock; 0 before its first record. */
  public long behindMillis(long wallTime) {
    return reached == Long.MIN_VALUE ? 0 : Math.max(0, wallTime - reached);
  }

  @Override
  public void close() {
    onClose.accept(this);
  }

  @Override
  public String toString() {
    return source + ": " + traces + " open traces";
  }
}
