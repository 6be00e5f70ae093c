package io.tailrace.topology.streams;

import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.OtlpJsonWriter;
import io.tailrace.serdes.TraceJoin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a kept trace's records for the export topic of its pieces. Not thread-safe. */
final class ExportRecords {
  private final Encoding encoding;
  private final int maxBytes;
  private final TraceJoin join = new TraceJoin();
  private final OtlpJsonWriter json = new OtlpJsonWriter();

  /**
   * @param encoding {@code OTLP_PROTO} or {@code OTLP_JSON}
   * @param maxBytes a record's size limit as it is written; only one of a single span may be larger
   */
  ExportRecords(Encoding encoding, int maxBytes) {
    this.encoding = encoding;
    this.maxBytes = maxBytes;
  }

  /** The topic that the records are for. */
  interface Target {
    /** Largest value that it is sure to take, in bytes. */
    long maxBytes();

    /** Why it does not take a value of a single span; empty if it does. */
    Optional<String> refusal(byte[] value);

    /**
     * Gets each span that cannot be a record.
     *
     * @param span as {@code TracesData}
     * @param reason why; bytes that no policy asks for are first read here
     */
    void setAside(byte[] span, String reason);
  }

  /**
   * Makes the records of a trace.
   *
   * @throws MalformedOtlpException if a piece is not {@code TracesData}
   */
  List<byte[]> of(List<byte[]> pieces, ExportStamps stamps, Target target)
      throws MalformedOtlpException {
    int limit = (int) Math.max(1, Math.min(maxBytes, target.maxBytes()));
    List<byte[]> written = new ArrayList<>();
    for (byte[] record : stamped(pieces, stamps, limit)) {
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

  /** JSON is longer, by how much nobody knows before. */
  private void addJson(byte[] record, int limit, List<byte[]> to, Target target)
      throws MalformedOtlpException {
    byte[] text;
    try {
      text = json.toJson(record);
    } catch (MalformedOtlpException e) {
      List<byte[]> halves = join(List.of(record), record.length / 2);
      if (halves.size() == 1) {
        target.setAside(record, e.getMessage());
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

  private List<byte[]> stamped(List<byte[]> pieces, ExportStamps stamps, int limit)
      throws MalformedOtlpException {
    try {
      for (byte[] piece : pieces) {
        join.add(piece, stamps.spans(), stamps.scopes());
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
