package io.tailrace.policies;

import io.tailrace.policies.span.SpanView;
import io.tailrace.policies.span.W3cTraceState;
import java.util.List;
import java.util.Map;

/**
 * Yes/no facts about single spans that a policy set needs. They are gathered while spans arrive, so
 * that a verdict needs no span bytes: each method ORs the bits that one value raises into {@code
 * raised}, an array of {@link #words} longs that belongs to the trace; signal n is bit {@code n %
 * 64} of word {@code n / 64}.
 *
 * <p>Immutable, but for the {@link EvaluationTimes} it adds to, and thread-safe. Two are equal if
 * every bit means the same in both: what was gathered for one then holds for the other, as over a
 * change of policies that only moves a limit.
 */
public final class Signals {
  private final List<Signal> signals;
  private final List<Integer> owners;
  private final AttributeSignals attributes;
  private final Indexed<Signal.Status> status;
  private final Indexed<Signal.TraceState> traceState;
  private final Indexed<Signal.Flags> flags;
  private final SpanSignals spans;

  /**
   * @param owners for each signal, the index of the first top-level policy that asks for it
   */
  Signals(List<Signal> signals, List<Integer> owners, EvaluationTimes times) {
    this.signals = List.copyOf(signals);
    this.owners = List.copyOf(owners);
    this.attributes = new AttributeSignals(Indexed.of(signals, Signal.Attribute.class));
    this.status = Indexed.of(signals, Signal.Status.class);
    this.traceState = Indexed.of(signals, Signal.TraceState.class);
    this.flags = Indexed.of(signals, Signal.Flags.class);
    this.spans =
        new SpanSignals(
            Indexed.of(signals, Signal.Met.class),
            Indexed.of(signals, Signal.Failed.class),
            owners,
            times);
  }

  /** Number of signals. */
  public int size() {
    return signals.size();
  }

  /** Longs that the bits of one trace take. */
  public int words() {
    return (size() + Long.SIZE - 1) / Long.SIZE;
  }

  /** Distinct keys of the resource and span attributes to look at; never null, may be empty. */
  public List<String> attributeKeys() {
    return attributes.keys();
  }

  /**
   * Takes one attribute of a resource or a span.
   *
   * @param keyIndex index in {@link #attributeKeys}
   */
  public void attribute(int keyIndex, AttributeValue value, long[] raised) {
    attributes.test(keyIndex, value, raised);
  }

  /** Whether {@link #status} must be called for each span. */
  public boolean needsStatus() {
    return !status.isEmpty();
  }

  /**
   * Takes the status of one span.
   *
   * @param code OTLP status code of one span: 0 UNSET, 1 OK, 2 ERROR; others raise nothing
   */
  public void status(int code, long[] raised) {
    for (int i = 0; i < status.size(); i++) {
      if (status.signal(i).raisedBy(code)) {
        raise(status.bit(i), raised);
      }
    }
  }

  /** Whether {@link #traceState} must be called for each span that has a trace state. */
  public boolean needsTraceState() {
    return !traceState.isEmpty();
  }

  /**
   * Takes the trace state of one span.
   *
   * @param w3c the trace state header of one span; one that breaks the W3C rules raises nothing
   */
  public void traceState(String w3c, long[] raised) {
    Map<String, String> members = W3cTraceState.parse(w3c);
    for (int i = 0; i < traceState.size(); i++) {
      if (traceState.signal(i).raisedBy(members)) {
        raise(traceState.bit(i), raised);
      }
    }
  }

  /** Whether {@link #flags} must be called for each span whose flags are not 0. */
  public boolean needsFlags() {
    return !flags.isEmpty();
  }

  /**
   * Takes the flags of one span.
   *
   * @param value OTLP flags of one span; the low 8 bits are the W3C trace flags
   */
  public void flags(int value, long[] raised) {
    for (int i = 0; i < flags.size(); i++) {
      if (flags.signal(i).raisedBy(value)) {
        raise(flags.bit(i), raised);
      }
    }
  }

  /** Whether {@link #span} must be called for each span: there are conditions on whole spans. */
  public boolean needsSpans() {
    return !spans.isEmpty();
  }

  /** Whether what {@link #span} raises may depend on the present time that it is handed. */
  public boolean needsTime() {
    return spans.needsTime();
  }

  /**
   * Takes a whole span. Conditions whose bit is already in {@code raised} are not evaluated again.
   *
   * @param span read during the call only
   * @param nowUnixNano what a condition gets for the present time, in nanoseconds since the epoch.
   *     Hand in something that a replay has too, such as the log time of the trace's first span;
   *     the time of the verdict is not known yet
   * @param timer the caller's own, which tells {@link PolicySet#evaluationTimes} of some spans
   */
  public void span(SpanView span, long nowUnixNano, long[] raised, EvaluationTimer timer) {
    spans.test(span, nowUnixNano, raised, timer);
  }

  List<Signal> all() {
    return signals;
  }

  List<Integer> owners() {
    return owners;
  }

  static void raise(int bit, long[] raised) {
    raised[bit >>> 6] |= 1L << bit;
  }

  static boolean isRaised(int bit, long[] raised) {
    return (raised[bit >>> 6] >>> bit & 1) != 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signals that && signals.equals(that.signals);
  }

  @Override
  public int hashCode() {
    return signals.hashCode();
  }

  @Override
  public String toString() {
    return "Signals" + signals;
  }
}
