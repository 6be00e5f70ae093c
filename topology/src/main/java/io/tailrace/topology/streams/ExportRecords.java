package io.tailrace.topology.streams;

import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.OtlpJsonWriter;
import io.tailrace.serdes.PartEditor;
import io.tailrace.serdes.TraceJoin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Converts the pieces of a kept trace to records for the export topic. Not thread-safe. */
final class ExportRecords {
  private final Encoding encoding;
  private final int maxBytes;
  private final TraceJoin join = new TraceJoin();
  private final OtlpJsonWriter json = new OtlpJsonWriter();

  /**
   * @param encoding {@code OTLP_PROTO} or {@code OTLP_JSON}
   * @param maxBytes size limit of a written record; only a record with a single span can be larger
   */
  ExportRecords(Encoding encoding, int maxBytes) {
    this.encoding = encoding;
    this.maxBytes = maxBytes;
  }

  /** Topic for the records. */
  interface Target {
    /** Returns the size of the largest value that the topic certainly accepts, in bytes. */
    long maxBytes();

    /** Returns why the topic rejects a value with a single span; empty if it accepts the value. */
    Optional<String> refusal(byte[] value);

    /**
     * Receives each span that cannot be exported.
     *
     * @param span as {@code TracesData}
     * @param reason reason, such as malformed bytes that no policy has read
     */
    void setAside(byte[] span, String reason);
  }

  /**
   * Converts a trace.
   *
   * @param editor changes spans after they are stamped
   * @throws MalformedOtlpException if a piece is not {@code TracesData}
   */
  List<byte[]> of(List<byte[]> pieces, ExportStamps stamps, PartEditor editor, Target target)
      throws MalformedOtlpException {
    int limit = (int) Math.max(1, Math.min(maxBytes, target.maxBytes()));
    List<byte[]> written = new ArrayList<>();
    for (byte[] record : stamped(pieces, stamps, editor, limit)) {
      if (encoding == Encoding.OTLP_JSON) {
        addJson(record, limit, written, target);
      } else if (record.length <= limit) {
        written.add(record);
      } else {
        addSingle(record, record, written, target);
      }
    }
    return written;
  }

  /** The size as JSON is only known after the conversion. */
  private void addJson(byte[] record, int limit, List<byte[]> to, Target target)
      throws MalformedOtlpException {
    byte[] text;
    try {
      text = json.toJson(record);
    } catch (MalformedOtlpException e) {
      List<byte[]> halves = join(List.of(record), record.length / 2);
      if (halves.size() == 1) {
        target.setAside(record, String.valueOf(e.getMessage()));
        return;
      }
      addAll(halves, limit, to, target);
      return;
    }
    if (text.length <= limit) {
      to.add(text);
      return;
    }
    List<byte[]> parts = join(List.of(record), (int) ((long) record.length * limit / text.length));
    if (parts.size() == 1) {
      addSingle(record, text, to, target);
      return;
    }
    addAll(parts, limit, to, target);
  }

  private static void addSingle(byte[] span, byte[] value, List<byte[]> to, Target target) {
    target
        .refusal(value)
        .ifPresentOrElse(reason -> target.setAside(span, reason), () -> to.add(value));
  }

  private void addAll(List<byte[]> parts, int limit, List<byte[]> to, Target target)
      throws MalformedOtlpException {
    for (byte[] part : parts) {
      addJson(part, limit, to, target);
    }
  }

  private List<byte[]> stamped(
      List<byte[]> pieces, ExportStamps stamps, PartEditor editor, int limit)
      throws MalformedOtlpException {
    try {
      for (byte[] piece : pieces) {
        join.add(piece, stamps.spans(), stamps.scopes(), editor);
      }
      return join.records(limit);
    } finally {
      join.clear();
    }
  }

  private List<byte[]> join(List<byte[]> pieces, int limit) throws MalformedOtlpException {
    try {
      for (byte[] piece : pieces) {
        join.add(piece);
      }
      return join.records(limit);
    } finally {
      join.clear();
    }
  }
}
