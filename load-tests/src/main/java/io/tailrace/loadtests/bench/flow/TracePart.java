package io.tailrace.loadtests.bench.flow;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Encoded spans of a trace from one service, with the positions of fields that differ between
 * traces. Copies create a million traces.
 *
 * @param emitter index of the emitter
 * @param spans spans, each as a field of a {@code ScopeSpans} with tag
 * @param spanCount number of spans
 * @param traceIds offsets of the trace ids in {@code spans}
 * @param spanIds offsets of span ids and parent span ids
 * @param times offsets of start and end
 */
public record TracePart(
    int emitter, byte[] spans, int spanCount, int[] traceIds, int[] spanIds, int[] times) {
  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int ID_BYTES = 8;

  /** Encodes spans of one emitter. */
  static TracePart of(int emitter, List<Span> spans) {
    ByteString.Output bytes = ByteString.newOutput();
    int[] traceIds = new int[spans.size()];
    int[] spanIds = new int[2 * spans.size()];
    int[] times = new int[2 * spans.size()];
    int ids = 0;
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      byte[] field = ScopeSpans.newBuilder().addSpans(span).build().toByteArray();
      int at = bytes.size() + field.length - span.getSerializedSize();
      traceIds[i] = at + 2; // field 1, of 16 bytes
      spanIds[ids++] = at + 20; // field 2, of 8 bytes
      int behind = at + 28;
      behind += lengthOf(span.getTraceStateBytes());
      if (!span.getParentSpanId().isEmpty()) {
        spanIds[ids++] = behind + 2;
        behind += 2 + ID_BYTES;
      }
      behind += lengthOf(span.getNameBytes());
      behind += 2; // kind
      times[2 * i] = behind + 1;
      times[2 * i + 1] = behind + 1 + ID_BYTES + 1;
      bytes.write(field, 0, field.length);
    }
    TracePart part =
        new TracePart(
            emitter,
            bytes.toByteString().toByteArray(),
            spans.size(),
            traceIds,
            Arrays.copyOf(spanIds, ids),
            times);
    part.check(spans);
    return part;
  }

  /**
   * Returns a copy for another trace.
   *
   * @param salt added to span ids by exclusive or, so that parents stay parents
   * @param shiftNanos added to start and end
   */
  byte[] stamped(long traceHigh, long traceLow, long salt, long shiftNanos) {
    byte[] copy = spans.clone();
    for (int at : traceIds) {
      BIG_ENDIAN.set(copy, at, traceHigh);
      BIG_ENDIAN.set(copy, at + ID_BYTES, traceLow);
    }
    for (int at : spanIds) {
      BIG_ENDIAN.set(copy, at, (long) BIG_ENDIAN.get(copy, at) ^ salt);
    }
    for (int at : times) {
      LITTLE_ENDIAN.set(copy, at, (long) LITTLE_ENDIAN.get(copy, at) + shiftNanos);
    }
    return copy;
  }

  /** Verifies the positions, which were computed from the field order. */
  private void check(List<Span> originals) {
    for (int i = 0; i < originals.size(); i++) {
      Span span = originals.get(i);
      if ((long) LITTLE_ENDIAN.get(spans, times[2 * i]) != span.getStartTimeUnixNano()
          || (long) LITTLE_ENDIAN.get(spans, times[2 * i + 1]) != span.getEndTimeUnixNano()
          || !ByteString.copyFrom(spans, traceIds[i], 2 * ID_BYTES).equals(span.getTraceId())) {
        throw new IllegalStateException("fields are not where they should be: " + span);
      }
    }
  }

  private static int lengthOf(ByteString text) {
    return text.isEmpty()
        ? 0
        : 1 + CodedOutputStream.computeUInt32SizeNoTag(text.size()) + text.size();
  }
}
