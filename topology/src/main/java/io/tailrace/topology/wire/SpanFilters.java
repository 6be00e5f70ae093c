package io.tailrace.topology.wire;

import io.tailrace.policies.export.SpanFilter;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanOmission;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Leaves spans and span events out of kept traces. Not thread-safe. */
public final class SpanFilters {
  private static final int ERROR = 2;

  private final List<SpanFilter> filters;
  private final @Nullable SpanConditions root;
  private final SpanScan scan = new SpanScan();
  private final SpanReader reader = new SpanReader();
  private final RootSpans roots = new RootSpans(scan, reader);
  private final WireSpan view = new WireSpan(reader);
  private final SpanOmission omission = new SpanOmission();
  private int omittedSpans;
  private int omittedEvents;

  /**
   * @param root condition that a root span meets beside having no parent; null if there is none
   */
  public SpanFilters(List<SpanFilter> filters, @Nullable SpanConditions root) {
    this.filters = filters;
    this.root = root;
  }

  /**
   * Returns the pieces of a trace without what the filters choose.
   *
   * @param nowUnixNano result of {@code Now()} in conditions, in nanoseconds since the epoch
   * @throws MalformedOtlpException if a piece is not {@code TracesData}
   */
  public List<byte[]> filtered(List<byte[]> pieces, long nowUnixNano)
      throws MalformedOtlpException {
    omittedSpans = 0;
    omittedEvents = 0;
    List<byte[]> filtered = new ArrayList<>(pieces.size());
    for (byte[] piece : pieces) {
      byte[] left = filtered(piece, nowUnixNano);
      if (left.length > 0) {
        filtered.add(left);
      }
    }
    return filtered;
  }

  /** Returns the number of spans that the last call has left out. */
  public int omittedSpans() {
    return omittedSpans;
  }

  /** Returns the number of events that the last call has left out of the other spans. */
  public int omittedEvents() {
    return omittedEvents;
  }

  private byte[] filtered(byte[] piece, long nowUnixNano) throws MalformedOtlpException {
    scan.scan(piece, null);
    reader.of(scan);
    roots.nextRecord();
    BitSet spans = new BitSet();
    Map<Integer, BitSet> events = new HashMap<>();
    for (int span = 0; span < scan.spanCount(); span++) {
      reader.at(span);
      if (isOmitted(span, nowUnixNano)) {
        spans.set(span);
      } else {
        addEvents(span, nowUnixNano, events);
      }
    }
    omittedSpans += spans.cardinality();
    return spans.isEmpty() && events.isEmpty() ? piece : omission.without(scan, spans, events);
  }

  private boolean isOmitted(int span, long nowUnixNano) {
    boolean isProtected = scan.status(span) == ERROR || isRoot(span, nowUnixNano);
    for (SpanFilter filter : filters) {
      if (filter.omits(view, isProtected, nowUnixNano)) {
        return true;
      }
    }
    return false;
  }

  private boolean isRoot(int span, long nowUnixNano) {
    return scan.isRoot(span) || (root != null && roots.isRoot(span, root, nowUnixNano));
  }

  private void addEvents(int span, long nowUnixNano, Map<Integer, BitSet> to) {
    BitSet omitted = new BitSet();
    for (SpanFilter filter : filters) {
      omitted.or(filter.omittedEvents(view, nowUnixNano));
    }
    if (!omitted.isEmpty()) {
      to.put(span, omitted);
      omittedEvents += omitted.cardinality();
    }
  }
}
