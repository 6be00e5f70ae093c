package io.tailrace.topology.sampling;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Current version of a task and its limiter state in their store. Saved in the same transaction as
 * the verdicts that changed them.
 */
public final class PolicyState {
  private static final String KEY = "judge";
  private static final byte ROW_VERSION = 2;
  private static final int HEADER_BYTES = 1 + 2 * Long.BYTES;

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
    if (row.length < HEADER_BYTES || row[0] != ROW_VERSION) {
      throw new IllegalStateException(
          "policy state: %d bytes, version %d (expected: version %d)"
              .formatted(row.length, row[0], ROW_VERSION));
    }
    ByteBuffer in = ByteBuffer.wrap(row, 1, row.length - 1);
    long version = in.getLong();
    long shadow = in.getLong();
    byte[] judge = new byte[in.remaining()];
    in.get(judge);
    return new Saved(version, shadow, judge);
  }

  void save(long version, long shadow, byte[] judge) {
    byte[] row =
        ByteBuffer.allocate(HEADER_BYTES + judge.length)
            .put(ROW_VERSION)
            .putLong(version)
            .putLong(shadow)
            .put(judge)
            .array();
    put.accept(KEY, row);
  }
}
