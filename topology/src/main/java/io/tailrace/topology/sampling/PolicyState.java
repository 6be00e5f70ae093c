package io.tailrace.topology.sampling;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Current version of a task and its limiter state in their store. Saved in the same transaction as
 * the verdicts that changed them.
 */
public final class PolicyState {
  private static final String KEY = "judge";
  private static final byte ROW_VERSION = 3;

  /** Has the whole state in one row. */
  private static final byte SINGLE_ROW_VERSION = 2;

  private static final int HEADER_BYTES = 1 + 2 * Long.BYTES;

  /** Maximum size of a row: a record of the changelog, of which brokers accept 1 MiB by default. */
  private static final int MOST_ROW_BYTES = 512 << 10;

  /**
   * Saved state.
   *
   * @param version number of the policy version
   * @param shadow number of the shadow set beside it
   * @param judge state of its judge
   */
  record Saved(long version, long shadow, byte[] judge) {}

  private final Function<String, byte @Nullable []> get;
  private final BiConsumer<String, byte[]> put;

  /** Stores the state through these operations. */
  public PolicyState(Function<String, byte @Nullable []> get, BiConsumer<String, byte[]> put) {
    this.get = get;
    this.put = put;
  }

  /** Returns the last saved state, or null. */
  @Nullable Saved load() {
    byte[] row = get.apply(KEY);
    if (row == null) {
      return null;
    }
    boolean isSingle = row[0] == SINGLE_ROW_VERSION;
    if (row.length < HEADER_BYTES || (row[0] != ROW_VERSION && !isSingle)) {
      throw new IllegalStateException(
          "policy state: %d bytes, version %d (expected: version %d)"
              .formatted(row.length, row[0], ROW_VERSION));
    }
    ByteBuffer in = ByteBuffer.wrap(row, 1, row.length - 1);
    long version = in.getLong();
    long shadow = in.getLong();
    int size = isSingle ? in.remaining() : in.getInt();
    ByteBuffer judge = ByteBuffer.allocate(size).put(in);
    for (int more = 1; judge.hasRemaining(); more++) {
      byte[] next = get.apply(key(more));
      if (next == null || next.length > judge.remaining()) {
        throw new IllegalStateException(
            "policy state: %d bytes in %d rows (expected: %d bytes)"
                .formatted(judge.position(), more, size));
      }
      judge.put(next);
    }
    return new Saved(version, shadow, judge.array());
  }

  /**
   * Saves the state in as many rows as it needs. Rows of an earlier state beyond them stay and have
   * no meaning.
   */
  void save(long version, long shadow, byte[] judge) {
    int first = Math.min(judge.length, MOST_ROW_BYTES);
    byte[] row =
        ByteBuffer.allocate(HEADER_BYTES + Integer.BYTES + first)
            .put(ROW_VERSION)
            .putLong(version)
            .putLong(shadow)
            .putInt(judge.length)
            .put(judge, 0, first)
            .array();
    put.accept(KEY, row);
    int at = first;
    for (int more = 1; at < judge.length; more++) {
      int end = Math.min(judge.length, at + MOST_ROW_BYTES);
      put.accept(key(more), Arrays.copyOfRange(judge, at, end));
      at = end;
    }
  }

  private static String key(int row) {
    return KEY + "/" + row;
  }
}
