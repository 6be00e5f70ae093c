package io.tailrace.serdes;

import java.io.ByteArrayOutputStream;

/**
 * Header fields of the messages of a record, without their repeated children: the resource and
 * schema URL of a {@code ResourceSpans}, the scope of a {@code ScopeSpans}, and unknown fields of
 * both. Each header has its own array, so that identity distinguishes equal headers.
 */
final class RecordHeaders {
  final byte[] record;
  final byte[][] resources;
  final byte[][] scopes;

  RecordHeaders(SpanScan scan) {
    RangeTable resourceRanges = scan.resources;
    RangeTable scopeRanges = scan.scopes;
    resources = new byte[resourceRanges.size][];
    scopes = new byte[scopeRanges.size][];
    int span = 0;
    int scope = 0;
    Cutter top = new Cutter(scan.record, 0, scan.record.length);
    for (int resource = 0; resource < resources.length; resource++) {
      Cutter outer =
          new Cutter(scan.record, resourceRanges.start[resource], resourceRanges.end[resource]);
      for (; scope < scopes.length && scopeRanges.parent[scope] == resource; scope++) {
        Cutter inner = new Cutter(scan.record, scopeRanges.start[scope], scopeRanges.end[scope]);
        for (; span < scan.spans.size && scan.spans.scope[span] == scope; span++) {
          inner.leaveOut(scan.spans.fieldStart[span], scan.spans.fieldEnd[span]);
        }
        scopes[scope] = inner.rest();
        outer.leaveOut(scopeRanges.fieldStart[scope], scopeRanges.end[scope]);
      }
      resources[resource] = outer.rest();
      top.leaveOut(resourceRanges.fieldStart[resource], resourceRanges.end[resource]);
    }
    record = top.rest();
  }

  /** Copies the bytes of a message without some of its fields. */
  private static final class Cutter {
    private final byte[] source;
    private final int end;
    private int position;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);

    Cutter(byte[] source, int start, int end) {
      this.source = source;
      this.position = start;
      this.end = end;
    }

    void leaveOut(int from, int to) {
      keepUntil(from);
      position = to;
    }

    byte[] rest() {
      keepUntil(end);
      return kept.toByteArray();
    }

    private void keepUntil(int until) {
      if (until > position) {
        kept.write(source, position, until - position);
      }
    }
  }
}
