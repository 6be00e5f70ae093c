package io.tailrace.policies.signals;

import io.tailrace.policies.fingerprint.Fingerprints;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.span.SpanView;
import io.tailrace.policies.span.W3cTraceState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Boolean facts about spans that a policy set needs, and its fingerprints. They are collected when
 * spans arrive, so that a verdict needs no span bytes. Each method sets the bits that a value
 * raises in {@code raised}, an array of {@link #words} longs for the trace. Signal n is bit {@code
 * n % 64} of word {@code n / 64}.
 *
 * <p>Immutable except for the {@link EvaluationTimes} that it updates. Thread-safe. Two instances
 * are equal if every bit has the same meaning in both. Bits collected for one are then valid for
 * the other, for example after a policy change that only changes a rate limit.
 */
public final class Signals {
  private final List<Signal> signals;
  private final List<Integer> owners;
  private final AttributeSignals attributes;
  private final Indexed<Signal.Status> status;
  private final Indexed<Signal.TraceState> traceState;
  private final Indexed<Signal.Flags> flags;
  private final SpanSignals spans;
  private final Fingerprints fingerprints;
  private final @Nullable SpanConditions rootCondition;
  private final int identity;

  /**
   * @param owners for each signal, the index of the first top-level policy that uses it
   * @param rootCondition condition that root spans meet; null if they are those without parent
   */
  Signals(
      List<Signal> signals,
      List<Integer> owners,
      Fingerprints fingerprints,
      @Nullable SpanConditions rootCondition,
      EvaluationTimes times) {
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
    this.fingerprints = fingerprints;
    this.rootCondition = rootCondition;
    this.identity = (this.signals.toString() + rootCondition).hashCode();
  }

  /** Returns the number of signals. */
  public int size() {
    return signals.size();
  }

  /** Returns the number of longs for the bits of one trace. */
  public int words() {
    return (size() + Long.SIZE - 1) / Long.SIZE;
  }

  /** Returns the distinct keys of the resource and span attributes to test. May be empty. */
  public List<String> attributeKeys() {
    return attributes.keys();
  }

  /**
   * Processes one attribute of a resource or a span.
   *
   * @param keyIndex index in {@link #attributeKeys}
   */
  public void attribute(int keyIndex, AttributeValue value, long[] raised) {
    attributes.test(keyIndex, value, raised);
  }

  /** Returns whether {@link #status} must be called for each span. */
  public boolean needsStatus() {
    return !status.isEmpty();
  }

  /**
   * Processes the status of one span.
   *
   * @param code OTLP status code: 0 UNSET, 1 OK, 2 ERROR; other codes raise no signal
   */
  public void status(int code, long[] raised) {
    for (int i = 0; i < status.size(); i++) {
      if (status.signal(i).raisedBy(code)) {
        raise(status.bit(i), raised);
      }
    }
  }

  /** Returns whether {@link #traceState} must be called for each span with a trace state. */
  public boolean needsTraceState() {
    return !traceState.isEmpty();
  }

  /**
   * Processes the trace state of one span.
   *
   * @param w3c {@code tracestate} header of the span; an invalid header raises no signal
   */
  public void traceState(String w3c, long[] raised) {
    Map<String, String> members = W3cTraceState.parse(w3c);
    for (int i = 0; i < traceState.size(); i++) {
      if (traceState.signal(i).raisedBy(members)) {
        raise(traceState.bit(i), raised);
      }
    }
  }

  /** Returns whether {@link #flags} must be called for each span with flags other than 0. */
  public boolean needsFlags() {
    return !flags.isEmpty();
  }

  /**
   * Processes the flags of one span.
   *
   * @param value OTLP flags; the low 8 bits are the W3C trace flags
   */
  public void flags(int value, long[] raised) {
    for (int i = 0; i < flags.size(); i++) {
      if (flags.signal(i).raisedBy(value)) {
        raise(flags.bit(i), raised);
      }
    }
  }

  /** Returns whether {@link #span} must be called for each span: the set has OTTL conditions. */
  public boolean needsSpans() {
    return !spans.isEmpty();
  }

  /** Returns whether a condition can depend on {@code nowUnixNano}. */
  public boolean needsTime() {
    return spans.needsTime() || (rootCondition != null && rootCondition.mentions("Now"));
  }

  /**
   * Processes a whole span. Skips conditions whose bit is already set in {@code raised}.
   *
   * @param span span to evaluate; not used after the call
   * @param nowUnixNano result of {@code Now()} in conditions, in nanoseconds since the epoch. Must
   *     be the same on replay, such as the log time of the first span of the trace. The time of the
   *     verdict is not known yet.
   * @param timer timer of the calling thread; updates {@code PolicySet.evaluationTimes}
   */
  public void span(SpanView span, long nowUnixNano, long[] raised, EvaluationTimer timer) {
    spans.test(span, nowUnixNano, raised, timer);
  }

  /** Returns the fingerprints to collect for {@code TraceFacts.fingerprint}. */
  public Fingerprints fingerprints() {
    return fingerprints;
  }

  /**
   * Returns the condition that a root span meets, for {@link Fingerprints#needRoot}. Empty: a root
   * span has no parent.
   */
  public Optional<SpanConditions> rootCondition() {
    return Optional.ofNullable(rootCondition);
  }

  /**
   * Returns a number for the meaning of all bits, the same in every JVM. Different signals have
   * different numbers, but for one chance in 2^32.
   */
  public int identity() {
    return identity;
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
    return other == this
        || (other instanceof Signals that
            && signals.equals(that.signals)
            && fingerprints.equals(that.fingerprints)
            && Objects.equals(rootCondition, that.rootCondition));
  }

  @Override
  public int hashCode() {
    return Objects.hash(signals, fingerprints, rootCondition);
  }

  @Override
  public String toString() {
    return "Signals" + signals;
  }
}
