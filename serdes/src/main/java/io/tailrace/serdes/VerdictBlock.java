package io.tailrace.serdes;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Changes of verdicts in a record of the ledger's changelog: for each the trace ID, the length of
 * the verdict, or -1 if it is removed, and the verdict. Earlier releases wrote a record for each,
 * with the trace ID as key. Not thread-safe.
 */
public final class VerdictBlock {
  /** Receives a change. */
  public interface Reader {
    /**
     * Receives a change.
     *
     * @param verdict encoded; null if removed
     */
    void changed(long high, long low, byte @Nullable [] verdict);
  }

  private static final byte VERSION = 1;
  private static final int REMOVED = -1;
  private static final int FIXED_BYTES = TraceId.BYTES + Integer.BYTES;
  private static final int FEW_BYTES = 1 << 10;

  private ByteBuffer changes = ByteBuffer.allocate(FEW_BYTES);

  /** Returns the record key of blocks. */
  public static byte[] key() {
    return new byte[] {VERSION};
  }

  /**
   * Adds a change.
   *
   * @param verdict encoded; null if removed
   */
  public void add(long high, long low, byte @Nullable [] verdict) {
    int length = verdict == null ? 0 : verdict.length;
    if (changes.remaining() < FIXED_BYTES + length) {
      int capacity = 2 * changes.capacity() + FIXED_BYTES + length;
      changes = ByteBuffer.allocate(capacity).put(changes.flip());
    }
    changes.putLong(high).putLong(low).putInt(verdict == null ? REMOVED : length);
    if (verdict != null) {
      changes.put(verdict);
    }
  }

  /** Returns the size in bytes. */
  public int bytes() {
    return changes.position();
  }

  /** Returns the record value with the changes and starts the next block. */
  public byte[] take() {
    byte[] value = new byte[changes.flip().remaining()];
    changes.get(value).clear();
    return value;
  }

  /**
   * Passes the changes of a record, of this and earlier releases, in the order in which they were
   * made.
   *
   * @throws IllegalArgumentException if the key is unknown or the value is incomplete
   */
  public static void read(byte[] key, byte @Nullable [] value, Reader reader) {
    if (key.length == TraceId.BYTES) {
      ByteBuffer id = ByteBuffer.wrap(key);
      reader.changed(id.getLong(), id.getLong(), value);
    } else if (key.length == 1 && key[0] == VERSION && value != null) {
      read(ByteBuffer.wrap(value), reader);
    } else {
      throw new IllegalArgumentException(
          "verdicts: key of %d bytes (expected: %d bytes, or version %d with a value)"
              .formatted(key.length, TraceId.BYTES, VERSION));
    }
  }

  private static void read(ByteBuffer in, Reader reader) {
    while (in.hasRemaining()) {
      int start = in.position();
      try {
        long high = in.getLong();
        long low = in.getLong();
        reader.changed(high, low, verdict(in, in.getInt()));
      } catch (BufferUnderflowException e) {
        throw new IllegalArgumentException(
            "verdicts: %d bytes (expected: a whole change at byte %d)".formatted(in.limit(), start),
            e);
      }
    }
  }

  private static byte @Nullable [] verdict(ByteBuffer in, int length) {
    if (length == REMOVED) {
      return null;
    }
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] verdict = new byte[length];
    in.get(verdict);
    return verdict;
  }
}
