package io.tailrace.serdes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;

/**
 * Leaves spans and span events out of a scanned record. All else keeps its bytes, unknown fields
 * included. Reusable. Not thread-safe.
 */
public final class SpanOmission {
  private static final BitSet NONE = new BitSet();

  private final PieceWriter writer = new PieceWriter();
  private final BackwardWriter field = new BackwardWriter();
  private final WireReader in = new WireReader();

  /**
   * Returns the record without some spans and events. Resources and scopes without a span are left
   * out, too.
   *
   * @param scan scanned record
   * @param spans indices of the spans to leave out
   * @param events indices of the events to leave out, by span; in wire order
   * @return an empty array if no span is left
   */
  public byte[] without(SpanScan scan, BitSet spans, Map<Integer, BitSet> events)
      throws MalformedOtlpException {
    if (spans.cardinality() == scan.spanCount()) {
      return new byte[0];
    }
    RecordHeaders headers = new RecordHeaders(scan);
    SpanTable table = scan.spans;
    writer.begin();
    for (int span = scan.spanCount() - 1; span >= 0; span--) {
      if (spans.get(span)) {
        continue;
      }
      byte[] resource = headers.resources[scan.resource(span)];
      byte[] scope = headers.scopes[scan.scope(span)];
      BitSet omitted = events.getOrDefault(span, NONE);
      if (omitted.isEmpty()) {
        writer.prependSpan(
            resource, scope, scan.record, table.fieldStart[span], table.fieldEnd[span]);
      } else {
        byte[] shorter =
            withoutEvents(scan.record, table.fieldStart[span], table.fieldEnd[span], omitted);
        writer.prependSpan(resource, scope, shorter, 0, shorter.length);
      }
    }
    return writer.finish(headers.record);
  }

  /** Returns the field of a span without some of its events. */
  private byte[] withoutEvents(byte[] record, int start, int end, BitSet omitted)
      throws MalformedOtlpException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(end - start);
    try {
      in.of(record, start, end).tag();
      in.enter();
      int event = 0;
      int fieldStart = in.at();
      for (int tag = in.tag(); tag != 0; tag = in.tag()) {
        in.skip(tag);
        boolean isOmitted = tag == OtlpFields.SPAN_EVENTS && omitted.get(event++);
        if (!isOmitted) {
          kept.write(record, fieldStart, in.at() - fieldStart);
        }
        fieldStart = in.at();
      }
    } catch (IOException e) {
      throw Wire.malformed(record, e);
    }
    byte[] fields = kept.toByteArray();
    field.clear();
    field.prepend(fields, 0, fields.length);
    field.prependHeader(OtlpFields.SCOPE_SPANS_SPANS, 0);
    return field.toByteArray();
  }
}
