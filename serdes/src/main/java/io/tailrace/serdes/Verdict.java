package io.tailrace.serdes;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What was decided of a trace, as the verdict ledger keeps it.
 *
 * @param kept whether the trace was forwarded
 * @param policy name of the credited policy; empty if none
 * @param policyVersion version of the policy set that judged
 * @param decidedAt log time of the decision, Unix milliseconds
 * @param firstOffset offset of the trace's first record: where to read it back from
 * @param position the first offset of the ingest partition that the decision had not seen
 */
public record Verdict(
    boolean kept,
    String policy,
    long policyVersion,
    long decidedAt,
    long firstOffset,
    long position) {
  private static final byte VERSION = 2;

  /** Had no first offset. */
  private static final byte FORMER_VERSION = 1;

  private static final int FIXED_BYTES = 1 + 1 + 4 * Long.BYTES;

  /**
   * Version byte, kept, policy version, decided at, first offset, position, policy name in UTF-8.
   */
  public byte[] encode() {
    byte[] name = policy.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(FIXED_BYTES + name.length)
        .put(VERSION)
        .put((byte) (kept ? 1 : 0))
        .putLong(policyVersion)
        .putLong(decidedAt)
        .putLong(firstOffset)
        .putLong(position)
        .put(name)
        .array();
  }

  /**
   * Reads {@link #encode}'s bytes.
   *
   * @throws IllegalArgumentException if they are of another version or too short
   */
  public static Verdict decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte version = in.get();
      if (version != VERSION && version != FORMER_VERSION) {
        throw new IllegalArgumentException(
            "verdict: version " + version + " (expected: " + VERSION + ")");
      }
      boolean kept = in.get() != 0;
      long policyVersion = in.getLong();
      long decidedAt = in.getLong();
      long firstOffset = version == FORMER_VERSION ? 0 : in.getLong();
      long position = in.getLong();
      String policy = new String(bytes, in.position(), in.remaining(), StandardCharsets.UTF_8);
      return new Verdict(kept, policy, policyVersion, decidedAt, firstOffset, position);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "verdict: " + bytes.length + " bytes (expected: at least " + FIXED_BYTES + ")", e);
    }
  }
}
