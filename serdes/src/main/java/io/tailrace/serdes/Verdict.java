package io.tailrace.serdes;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The decision on a trace, as stored in the verdict ledger.
 *
 * @param kind how the verdict came about
 * @param kept whether the trace was exported
 * @param policy name of the deciding policy; empty if none
 * @param policyVersion version of the policy set
 * @param decidedAt log time of the decision, in Unix milliseconds
 * @param firstOffset offset of the first record of the trace, where reading back starts
 * @param position first offset of the source partition after the decision
 * @param reopenedAt offset of the first record that reopened the trace after this verdict, or
 *     {@link #NEVER}. From this offset on, the verdict applies only to spans up to its expiry in
 *     log time.
 * @param endedAt offset from which on the verdict applies to no span, or {@link #NEVER}
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

  /** Stores the kind in the policy name. */
  private static final byte NAMED_KIND_VERSION = 2;

  /** Stores the kind in the policy name and has no first offset. */
  private static final byte NO_FIRST_OFFSET_VERSION = 1;

  private static final int KEPT = 1;
  private static final int REOPENED = 2;
  private static final int FIXED_BYTES = 3 + 4 * Long.BYTES;
  private static final int NAMED_KIND_FIXED_BYTES = 2 + 4 * Long.BYTES;

  /** Creates a verdict that applies to spans until it expires. */
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

  /** Returns whether the trace was reopened after this verdict. */
  public boolean isReopened() {
    return reopenedAt != NEVER;
  }

  /**
   * Returns this verdict after a record reopened the trace.
   *
   * @param offset offset of that record
   * @param ends whether the verdict ends at this offset; otherwise it applies to spans up to its
   *     expiry
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

  /** Returns this verdict as it was before the trace was reopened. */
  public Verdict notReopened() {
    return new Verdict(kind, kept, policy, policyVersion, decidedAt, firstOffset, position);
  }

  /**
   * Returns whether the verdict applies to a span.
   *
   * @param offset offset of the span's record
   * @param logTime log time of that record, in Unix milliseconds
   * @param retention retention of verdicts, in milliseconds
   */
  public boolean covers(long offset, long logTime, long retention) {
    return offset < reopenedAt || (offset < endedAt && logTime <= decidedAt + retention);
  }

  /**
   * Encodes: version byte, flags, kind, policy version, decision time, first offset, position,
   * reopen offset, end offset, policy name in UTF-8.
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
   * Decodes the bytes of {@link #encode}, of this and earlier releases.
   *
   * @throws IllegalArgumentException if the version is unknown or the bytes are too short
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
