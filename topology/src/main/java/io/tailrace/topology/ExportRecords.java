package io.tailrace.topology;

import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.OtlpJsonWriter;
import io.tailrace.serdes.TraceJoin;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

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

  /**
   * @param unwritable gets each span that the encoding has no form for, as {@code TracesData}, and
   *     why: what nobody asked of a span was not looked at so far
   * @throws MalformedOtlpException if a piece is not {@code TracesData}
   */
  List<byte[]> of(List<byte[]> pieces, BiConsumer<byte[], String> unwritable)
      throws MalformedOtlpException {
    List<byte[]> records = join(pieces, maxBytes);
    if (encoding == Encoding.OTLP_PROTO) {
      return records;
    }
    List<byte[]> written = new ArrayList<>();
    for (byte[] record : records) {
      addJson(record, written, unwritable);
    }
    return written;
  }

  /** JSON is longer, by how much nobody knows before. */
  private void addJson(byte[] record, List<byte[]> to, BiConsumer<byte[], String> unwritable)
      throws MalformedOtlpException {
    byte[] text;
    try {
      text = json.toJson(record);
    } catch (MalformedOtlpException e) {
      List<byte[]> halves = join(List.of(record), record.length / 2);
      if (halves.size() == 1) {
        unwritable.accept(record, e.getMessage());
        return;
      }
      addAll(halves, to, unwritable);
      return;
    }
    if (text.length <= maxBytes) {
      to.add(text);
      return;
    }
    List<byte[]> parts =
        join(List.of(record), (int) ((long) record.length * maxBytes / text.length));
    if (parts.size() == 1) { // a single span
      to.add(text);
      return;
    }
    addAll(parts, to, unwritable);
  }

  private void addAll(List<byte[]> parts, List<byte[]> to, BiConsumer<byte[], String> unwritable)
      throws MalformedOtlpException {
    for (byte[] part : parts) {
      addJson(part, to, unwritable);
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
