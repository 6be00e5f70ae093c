package io.tailrace.topology.wire;

import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells root spans of a scanned record from others. Evaluates a condition once per span. Not
 * thread-safe.
 */
public final class RootSpans {
  private static final byte UNKNOWN = 0;
  private static final byte ROOT = 1;
  private static final byte NO_ROOT = 2;

  private final SpanScan spans;
  private final SpanReader reader;
  private final WireSpan whole;
  private @Nullable SpanConditions lastCondition; // null if no span was evaluated
  private byte[] answers = {};

  /**
   * @param reader reader of the scanned record; is moved
   */
  public RootSpans(SpanScan spans, SpanReader reader) {
    this.spans = spans;
    this.reader = reader;
    this.whole = new WireSpan(reader);
  }

  /** Forgets the spans of the previous record. */
  public void nextRecord() {
    lastCondition = null;
  }

  /**
   * Returns whether a span is a root span.
   *
   * @param condition condition that it must meet; null: it must have no parent
   * @param nowUnixNano current time of the condition
   */
  public boolean isRoot(int span, @Nullable SpanConditions condition, long nowUnixNano) {
    if (condition == null) {
      return spans.isRoot(span);
    }
    if (!condition.equals(lastCondition)) {
      answers = answers.length < spans.spanCount() ? new byte[spans.spanCount()] : cleared(answers);
      lastCondition = condition;
    }
    if (answers[span] == UNKNOWN) {
      reader.at(span);
      boolean met = condition.evaluate(whole, nowUnixNano) == SpanConditions.Outcome.MET;
      answers[span] = met ? ROOT : NO_ROOT;
    }
    return answers[span] == ROOT;
  }

  private byte[] cleared(byte[] table) {
    Arrays.fill(table, 0, spans.spanCount(), UNKNOWN);
    return table;
  }
}
