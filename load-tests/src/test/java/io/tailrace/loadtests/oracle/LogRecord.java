package io.tailrace.loadtests.oracle;

/** A record as it lies in a log; {@code key} and {@code value} may be null, times are Unix ms. */
@SuppressWarnings("ArrayRecordComponent")
public record LogRecord(int partition, long offset, long time, String key, byte[] value) {
  Position position() {
    return new Position(partition, offset);
  }
}
