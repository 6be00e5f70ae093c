package io.tailrace.topology.recorded;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Input format, detected by the first bytes. */
enum Format {
  JSON,
  TRACES_DATA,
  LENGTH_IN_4_BYTES,
  LENGTH_AS_VARINT,
  EMPTY,
  UNKNOWN;

  static final int HEAD_BYTES = 64;

  /** Tag of field 1, length-delimited: the first byte of every {@code TracesData} with spans. */
  private static final int RESOURCE_SPANS = 0x0A;

  private static final int ZSTD = 0xFD2FB528;
  private static final int ZSTD_SKIPPABLE = 0x184D2A50; // and the following 15 values

  /**
   * Detects the format. {@code head} has {@link #HEAD_BYTES} bytes, or fewer if the input is
   * shorter.
   */
  static Format of(byte[] head, int maxRecordBytes) {
    if (head.length == 0) {
      return EMPTY;
    }
    if (isJson(head)) {
      return JSON;
    }
    // Checked before lengths: a length that starts with 0x0A is above 160 MiB, or 10 bytes, too few
    // for a span.
    if (isTracesData(head, 0, Long.MAX_VALUE)) {
      return TRACES_DATA;
    }
    if (head.length > Integer.BYTES) {
      long length = Integer.toUnsignedLong(ByteBuffer.wrap(head).getInt());
      if (length <= maxRecordBytes && isMessage(head, Integer.BYTES, length)) {
        return LENGTH_IN_4_BYTES;
      }
    }
    Varint length = Varint.at(head, 0);
    if (length != null
        && length.value <= maxRecordBytes
        && isMessage(head, length.end, length.value)) {
      return LENGTH_AS_VARINT;
    }
    return isText(head) ? JSON : UNKNOWN; // lines of which the first is malformed
  }

  static String unknown(byte[] head) {
    return "starts with "
        + HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(head.length, 8))
        + " (expected: OTLP/JSON, a TracesData message, or length-prefixed messages;"
        + " plain or compressed with gzip or zstd)";
  }

  static boolean isGzip(byte[] head) {
    return head.length >= 2 && (head[0] & 0xFF) == 0x1F && (head[1] & 0xFF) == 0x8B;
  }

  static boolean isZstd(byte[] head) {
    return isZstd(head, 0);
  }

  private static boolean isZstd(byte[] head, int from) {
    if (head.length < from + Integer.BYTES) {
      return false;
    }
    int magic = Integer.reverseBytes(ByteBuffer.wrap(head).getInt(from));
    return magic == ZSTD || (magic & 0xFFFFFFF0) == ZSTD_SKIPPABLE;
  }

  /**
   * Returns whether the bytes start a JSON object: a brace, then a name or the closing brace. The
   * character after the quote distinguishes it from a length or tag with the same bytes.
   */
  static boolean isJson(byte[] head) {
    int brace = skipSpace(head, isByteOrderMark(head) ? 3 : 0);
    if (brace == head.length || head[brace] != '{') {
      return false;
    }
    int next = skipSpace(head, brace + 1);
    if (next == head.length || head[next] == '}') {
      return true;
    }
    return head[next] == '"' && (next + 1 == head.length || (head[next + 1] & 0xFF) >= ' ');
  }

  static boolean isByteOrderMark(byte[] head) {
    return head.length >= 3
        && (head[0] & 0xFF) == 0xEF
        && (head[1] & 0xFF) == 0xBB
        && (head[2] & 0xFF) == 0xBF;
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static boolean isText(byte[] head) {
    for (byte b : head) {
      if ((b & 0xFF) < ' ' && !isSpace(b)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMessage(byte[] head, int from, long length) {
    return length > 0
        && from < head.length
        && (head[from] == '{' || isZstd(head, from) || isTracesData(head, from, length));
  }

  /** Returns whether {@code length} bytes from this position start with resource spans that fit. */
  private static boolean isTracesData(byte[] head, int from, long length) {
    if (head[from] != RESOURCE_SPANS) {
      return false;
    }
    Varint inner = Varint.at(head, from + 1);
    if (inner == null || inner.value > length - (inner.end - from)) {
      return false;
    }
    return inner.value == 0 || inner.end == head.length || isTagOfResourceSpans(head[inner.end]);
  }

  /**
   * Returns whether a byte is the tag of a resource, scope spans, schema URL or a deprecated field.
   */
  private static boolean isTagOfResourceSpans(byte b) {
    return b == 0x0A || b == 0x12 || b == 0x1A || (b & 0xFF) == 0xC2;
  }

  private static int skipSpace(byte[] head, int from) {
    int i = from;
    while (i < head.length && isSpace(head[i])) {
      i++;
    }
    return i;
  }

  private record Varint(long value, int end) {
    /** Reads a varint of up to 32 bits. Null if there is none. */
    static @Nullable Varint at(byte[] head, int from) {
      long value = 0;
      for (int i = from; i < Math.min(head.length, from + 5); i++) {
        value |= (head[i] & 0x7FL) << (7 * (i - from));
        if (head[i] >= 0) {
          return new Varint(value, i + 1);
        }
      }
      return null;
    }
  }
}
