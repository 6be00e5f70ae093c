package io.tailrace.serdes;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What was decided of a trace, as the verdict ledger keeps it.
 *
 * @param kind how the verdict came about
 * @param kept whether the trace was forwarded
 * @param policy name of the credited policy; empty if none
 * @param policyVersion version of the policy set that judged
 * @param decidedAt log time of the decision, Unix milliseconds
 * @param firstOffset offset of the trace's first record: where to read it back from
 * @param position the first offset of the source partition that the decision had not seen
 * @param reopenedAt offset of the first record that opened the trace again after this verdict; from
 *     there on only spans up to the verdict's expiry in log time follow it; {@link #NEVER} if none
 * @param endedAt offset from which on no span follows the verdict, whatever its time; {@link
 *     #NEVER} if it has not ended
 */
public record Verdict(
    VerdictKind kind,
    boolean kept,
    String policy,
    long policyVersion,
    long decidedAt,
    long firstOffset,
    long position,
    long reopenedAt,
    long endedAt) {
  /** An offset that is never reached. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final byte VERSION = 3;

  /** Kept the kind in the policy's name. */
  private static final byte NAMED_KIND_VERSION = 2;

  /** The same, and had no first offset. */
  private static final byte NO_FIRST_OFFSET_VERSION = 1;

  private static final int KEPT = 1;
  private static final int REOPENED = 2;
  private static final int FIXED_BYTES = 3 + 4 * Long.BYTES;
  private static final int NAMED_KIND_FIXED_BYTES = 2 + 4 * Long.BYTES;

  /** A verdict that its trace's spans follow until it expires. */
  public Verdict(
      VerdictKind kind,
      boolean kept,
      String policy,
      long policyVersion,
      long decidedAt,
      long firstOffset,
      long position) {
    this(kind, kept, policy, policyVersion, decidedAt, firstOffset, position, NEVER, NEVER);
  }

  /** Whether the trace was opened again after this verdict. */
  public boolean isReopened() {
    return reopenedAt != NEVER;
  }

  /**
   * This verdict on a trace that a record opens again.
   *
   * @param offset of that record
   * @param ends whether no span from there on follows the verdict; else those up to its expiry do
   */
  public Verdict reopened(long offset, boolean ends) {
    return new Verdict(
        kind,
        kept,
        policy,
        policyVersion,
        decidedAt,
        firstOffset,
        position,
        Math.min(reopenedAt, offset),
        ends ? Math.min(endedAt, offset) : endedAt);
  }

  /** This verdict as it was before the trace was opened again. */
  public Verdict notReopened() {
    return new Verdict(kind, kept, policy, policyVersion, decidedAt, firstOffset, position);
  }

  /**
   * Whether a span follows the verdict, or was judged by it.
   *
   * @param offset of the span's record
   * @param logTime of that record, Unix milliseconds
   * @param retention of verdicts, milliseconds
   */
  public boolean covers(long offset, long logTime, long retention) {
    return offset < reopenedAt || (offset < endedAt && logTime <= decidedAt + retention);
  }

  /**
   * Version byte, flags, kind, policy version, decided at, first offset, position, the two offsets
   * of a trace that was opened again, policy name in UTF-8.
   */
  public byte[] encode() {
    byte[] name = policy.getBytes(StandardCharsets.UTF_8);
    int flags = (kept ? KEPT : 0) | (isReopened() ? REOPENED : 0);
    ByteBuffer out =
        ByteBuffer.allocate(FIXED_BYTES + (isReopened() ? 2 * Long.BYTES : 0) + name.length)
            .put(VERSION)
            .put((byte) flags)
            .put(kind.code)
            .putLong(policyVersion)
            .putLong(decidedAt)
            .putLong(firstOffset)
            .putLong(position);
    if (isReopened()) {
      out.putLong(reopenedAt).putLong(endedAt);
    }
    return out.put(name).array();
  }

  /**
   * Reads {@link #encode}'s bytes, and those of earlier releases.
   *
   * @throws IllegalArgumentException if they are of another version or too short
   */
  public static Verdict decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte version = in.get();
      return switch (version) {
        case VERSION -> decode(in);
        case NAMED_KIND_VERSION, NO_FIRST_OFFSET_VERSION -> decodeNamedKind(in, version);
        default ->
            throw new IllegalArgumentException(
                "verdict: version " + version + " (expected: " + VERSION + ")");
      };
    } catch (BufferUnderflowException e) {
      int least = bytes[0] == VERSION ? FIXED_BYTES : NAMED_KIND_FIXED_BYTES;
      throw new IllegalArgumentException(
          "verdict: " + bytes.length + " bytes (expected: at least " + least + ")", e);
    }
  }

  private static Verdict decode(ByteBuffer in) {
    int flags = in.get();
    VerdictKind kind = VerdictKind.of(in.get());
    long policyVersion = in.getLong();
    long decidedAt = in.getLong();
    long firstOffset = in.getLong();
    long position = in.getLong();
    boolean reopened = (flags & REOPENED) != 0;
    long reopenedAt = reopened ? in.getLong() : NEVER;
    long endedAt = reopened ? in.getLong() : NEVER;
    return new Verdict(
        kind,
        (flags & KEPT) != 0,
        text(in),
        policyVersion,
        decidedAt,
        firstOffset,
        position,
        reopenedAt,
        endedAt);
  }

  private static Verdict decodeNamedKind(ByteBuffer in, byte version) {
    boolean kept = in.get() != 0;
    long policyVersion = in.getLong();
    long decidedAt = in.getLong();
    long firstOffset = version == NO_FIRST_OFFSET_VERSION ? 0 : in.getLong();
    long position = in.getLong();
    String name = text(in);
    VerdictKind kind = VerdictKind.named(name);
    Verdict verdict =
        new Verdict(kind, kept, name, policyVersion, decidedAt, firstOffset, position);
    return kind == VerdictKind.OPENED_AGAIN ? verdict.reopened(firstOffset, true) : verdict;
  }

  private static String text(ByteBuffer in) {
    return StandardCharsets.UTF_8.decode(in).toString();
  }
}
