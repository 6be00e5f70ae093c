package io.tailrace.topology.operations;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tailrace.topology.config.OperationsBy;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Calls, errors and durations by operation of all traces of an instance, kept or not. Several tasks
 * count the same operations. The number of operations is bounded: further ones are counted
 * together, until one has had no call for an hour and makes room. Thread-safe.
 */
public final class Operations {
  static final long IDLE_MILLIS = TimeUnit.HOURS.toMillis(1);
  private static final long BETWEEN_SEARCHES_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private final Outlines outlines;
  private final int max;
  private final InstantSource wallClock;
  private final MeterRegistry registry;
  private final KeptExemplar exemplar;
  private final Map<Operation, Slot> slots = new HashMap<>();
  private long nextSearch = Long.MIN_VALUE;

  private static final class Slot {
    private final OperationTally tally;
    private long lastCall;

    Slot(OperationTally tally) {
      this.tally = tally;
    }
  }

  private Operations(
      OperationsBy by,
      int max,
      InstantSource wallClock,
      MeterRegistry registry,
      KeptExemplar exemplar) {
    this.outlines =
        switch (by) {
          case OFF -> Outlines.NONE;
          case ROOT -> Outlines.ROOT_CALL;
          case SERVICE -> Outlines.ENTRIES;
        };
    this.max = max;
    this.wallClock = wallClock;
    this.registry = registry;
    this.exemplar = exemplar;
  }

  /**
   * Creates the operations of an instance.
   *
   * @param max number of operations that are counted on their own
   * @param prometheus receives their metrics, with kept traces as exemplars
   * @param beside returns the registry to use for the one with the exemplars
   */
  public static Operations of(
      OperationsBy by,
      int max,
      InstantSource wallClock,
      PrometheusRegistry prometheus,
      UnaryOperator<MeterRegistry> beside) {
    KeptExemplar exemplar = new KeptExemplar();
    // A registry of its own, so that other meters do not ask for exemplars.
    MeterRegistry local =
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM, exemplar);
    return new Operations(by, max, wallClock, beside.apply(local), exemplar);
  }

  /** Returns operations that count nothing. */
  public static Operations off() {
    return of(OperationsBy.OFF, 1, InstantSource.system(), new PrometheusRegistry(), own -> own);
  }

  /** Returns what the outlines of traces must contain. */
  public Outlines outlines() {
    return outlines;
  }

  /** Returns the operations of a task that starts. */
  public TaskOperations ofTask() {
    return new TaskOperations(this);
  }

  synchronized void add(PendingCalls calls) {
    long now = wallClock.millis();
    for (int call = 0; call < calls.size(); call++) {
      exemplar.set(
          calls.keptBy(call) != null,
          calls.traceHigh(call),
          calls.traceLow(call),
          calls.spanId(call));
      Slot slot = slot(calls.operation(call), now);
      slot.lastCall = now;
      slot.tally.count(calls, call, now);
    }
    exemplar.set(false, 0, 0, 0);
  }

  private Slot slot(Operation operation, long now) {
    Slot known = slots.get(operation);
    if (known != null) {
      return known;
    }
    Operation shown = operation.shown();
    known = slots.get(shown);
    if (known == null && !hasRoom(shown, now)) {
      shown = Operation.OTHER;
      known = slots.get(shown);
    }
    if (known == null) {
      known = new Slot(new OperationTally(registry, shown));
      slots.put(shown, known);
    }
    return known;
  }

  private boolean hasRoom(Operation operation, long now) {
    if (operation.equals(Operation.NO_ROOT)) {
      return true;
    }
    if (own() >= max && now >= nextSearch) {
      nextSearch = now + BETWEEN_SEARCHES_MILLIS;
      removeIdle(now);
    }
    return own() < max;
  }

  /** Returns the number of operations that the bound applies to. */
  private int own() {
    int own = slots.size();
    own -= slots.containsKey(Operation.NO_ROOT) ? 1 : 0;
    own -= slots.containsKey(Operation.OTHER) ? 1 : 0;
    return own;
  }

  private void removeIdle(long now) {
    for (Iterator<Map.Entry<Operation, Slot>> all = slots.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Operation, Slot> one = all.next();
      boolean isFixed =
          one.getKey().equals(Operation.NO_ROOT) || one.getKey().equals(Operation.OTHER);
      if (!isFixed && now - one.getValue().lastCall >= IDLE_MILLIS) {
        one.getValue().tally.close();
        all.remove();
      }
    }
  }

  /** Returns the counts of all operations. */
  public synchronized List<OperationReport> reports() {
    return slots.values().stream().map(slot -> slot.tally.report()).toList();
  }
}
