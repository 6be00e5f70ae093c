package io.tailrace.topology.buffer;

import io.tailrace.serdes.TraceId;
import java.io.File;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts by trace ID in time windows. The latest are on the heap, and some thousand at a time are
 * written to RocksDB in the order of their keys, so that it finds the place of each near that of
 * the one before. They can be restored from Kafka, so a commit writes none. Not thread-safe.
 */
public final class VerdictRows implements AutoCloseable {
  private static final int MAX_ROWS = 4_096; // of some hundred bytes
  private static final int MAX_BYTES = 512 << 10;
  private static final int SLOTS = 4 * MAX_ROWS;
  private static final int SLOT_BITS = Integer.numberOfTrailingZeros(SLOTS);
  private static final int ROW_BITS = Short.SIZE;

  private final WindowedRocks rocks;
  private final long[] high = new long[MAX_ROWS];
  private final long[] low = new long[MAX_ROWS];
  private final byte[] @Nullable [] values = new byte[MAX_ROWS][]; // null if deleted
  private final short[] slots = new short[SLOTS]; // 1 + index of a row; 0 if free
  private final long[] order = new long[MAX_ROWS];
  private final byte[] key = new byte[TraceId.BYTES];
  private int size;
  private int bytes;

  /** Creates an empty store in the directory. */
  public VerdictRows(RocksResources resources, File directory) {
    rocks = WindowedRocks.forLookups(resources, directory);
  }

  /** Opens a window if one is due; see {@link WindowedRocks#openIfDue}. */
  public void openIfDue(long logTime, long windowMillis) {
    rocks.openIfDue(logTime, windowMillis);
  }

  /** Drops the windows that were closed before this log time. */
  public void dropClosedBefore(long logTime) {
    rocks.dropClosedBefore(logTime);
  }

  /**
   * Puts a row in place of an earlier one. It is in the current window or in a later one.
   *
   * @param value not to be modified afterwards
   */
  public void put(long keyHigh, long keyLow, byte[] value) {
    int slot = slot(keyHigh, keyLow);
    int row = slots[slot] - 1;
    if (row < 0) {
      row = size++;
      slots[slot] = (short) size;
      high[row] = keyHigh;
      low[row] = keyLow;
    }
    values[row] = value;
    bytes += value.length;
    if (size == MAX_ROWS || bytes >= MAX_BYTES) {
      write();
    }
  }

  /** Returns the latest row with this key, or null. */
  public byte @Nullable [] get(long keyHigh, long keyLow) {
    int row = slots[slot(keyHigh, keyLow)] - 1;
    byte[] value = row < 0 ? null : values[row];
    return value == null ? rocks.get(key(keyHigh, keyLow)) : value;
  }

  public void delete(long keyHigh, long keyLow) {
    int row = slots[slot(keyHigh, keyLow)] - 1;
    if (row >= 0) {
      values[row] = null;
    }
    rocks.delete(key(keyHigh, keyLow));
  }

  @Override
  public void close() {
    rocks.close();
  }

  private void write() {
    sort();
    rocks.putAll(
        rows -> {
          for (int i = 0; i < size; i++) {
            int row = (short) order[i];
            byte[] value = values[row];
            if (value != null) {
              rows.row(key(high[row], low[row]), value);
            }
          }
        });
    Arrays.fill(slots, (short) 0);
    Arrays.fill(values, 0, size, null);
    size = 0;
    bytes = 0;
  }

  /** Sorts by the first 48 bits that are not zero: rows of equal ones may be in any order. */
  private void sort() {
    for (int row = 0; row < size; row++) {
      long first = high[row] == 0 ? low[row] : high[row];
      long unsigned = first ^ Long.MIN_VALUE;
      order[row] = (unsigned >>> ROW_BITS << ROW_BITS) | row;
    }
    Arrays.sort(order, 0, size);
  }

  /** Returns the slot of the row with this key, or the free one where it belongs. */
  private int slot(long keyHigh, long keyLow) {
    int slot = (int) (TraceId.mixed(keyHigh, keyLow) >>> (Long.SIZE - SLOT_BITS));
    while (slots[slot] != 0 && !isAt(slots[slot] - 1, keyHigh, keyLow)) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }

  private boolean isAt(int row, long keyHigh, long keyLow) {
    return low[row] == keyLow && high[row] == keyHigh;
  }

  private byte[] key(long keyHigh, long keyLow) {
    ByteBuffer.wrap(key).putLong(keyHigh).putLong(keyLow);
    return key;
  }
}
