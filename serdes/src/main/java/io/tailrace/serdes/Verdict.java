package io.tailrace.serdes;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
 * @param weight probability with which the trace was kept
 * @param subPolicy name of the deciding policy within a {@code composite} policy; empty if none
 * @param marks what a rule records on the spans
 * @param summary what was gathered of a trace that was not kept; null if late spans cannot turn the
 *     verdict
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
    long endedAt,
    Weight weight,
    String subPolicy,
    RuleMarks marks,
    @Nullable TraceSummary summary) {
  /** An offset that is never reached. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final byte VERSION = 6;

  /** Has no summary. */
  private static final byte UNSUMMARIZED_VERSION = 5;

  /** Has no marks. */
  private static final byte UNMARKED_VERSION = 4;

  /** Has no weight and no sub-policy. */
  private static final byte UNWEIGHTED_VERSION = 3;

  /** Stores the kind in the policy name. */
  private static final byte NAMED_KIND_VERSION = 2;

  /** Stores the kind in the policy name and has no first offset. */
  private static final byte NO_FIRST_OFFSET_VERSION = 1;

  private static final int KEPT = 1;
  private static final int REOPENED = 2;
  private static final int UNKNOWN_WEIGHT = 4;
  private static final int THRESHOLD = 8;
  private static final int RANDOMNESS = 16;
  private static final int SUB_POLICY = 32;
  private static final int MARKS = 64;
  private static final int SUMMARY = 128;
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
    this(
        kind,
        kept,
        policy,
        policyVersion,
        decidedAt,
        firstOffset,
        position,
        NEVER,
        NEVER,
        Weight.NONE,
        "",
        RuleMarks.NONE,
        null);
  }

  /** Returns this verdict with a weight and a sub-policy. */
  public Verdict weighted(Weight newWeight, String newSubPolicy) {
    return with(reopenedAt, endedAt, newWeight, newSubPolicy, marks, summary);
  }

  /** Returns this verdict with the marks of a rule. */
  public Verdict marked(RuleMarks newMarks) {
    return with(reopenedAt, endedAt, weight, subPolicy, newMarks, summary);
  }

  /** Returns this verdict with another summary. */
  public Verdict summarized(@Nullable TraceSummary newSummary) {
    return with(reopenedAt, endedAt, weight, subPolicy, marks, newSummary);
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
    return with(
        Math.min(reopenedAt, offset),
        ends ? Math.min(endedAt, offset) : endedAt,
        weight,
        subPolicy,
        marks,
        summary);
  }

  /** Returns this verdict as it was before the trace was reopened. */
  public Verdict notReopened() {
    return with(NEVER, NEVER, weight, subPolicy, marks, summary);
  }

  private Verdict with(
      long newReopenedAt,
      long newEndedAt,
      Weight newWeight,
      String newSubPolicy,
      RuleMarks newMarks,
      @Nullable TraceSummary newSummary) {
    return new Verdict(
        kind,
        kept,
        policy,
        policyVersion,
        decidedAt,
        firstOffset,
        position,
        newReopenedAt,
        newEndedAt,
        newWeight,
        newSubPolicy,
        newMarks,
        newSummary);
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
   * Encodes: version byte, flags, kind, policy version, decision time, first offset, position, then
   * as flags say: reopen offset and end offset, threshold, explicit randomness, length and name of
   * the sub-policy, trigger, length and text of the fingerprint, summary; last the policy name.
   * Texts are UTF-8.
   */
  public byte[] encode() {
    byte[] name = policy.getBytes(StandardCharsets.UTF_8);
    byte[] subName = subPolicy.getBytes(StandardCharsets.UTF_8);
    byte[] fingerprint = marks.fingerprint().getBytes(StandardCharsets.UTF_8);
    int flags = flags();
    int optional =
        optionalBytes(flags, subName, fingerprint) + (summary == null ? 0 : summary.maxBytes());
    ByteBuffer out =
        ByteBuffer.allocate(FIXED_BYTES + optional + name.length)
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
    if (weight.isKnown()) {
      out.putLong(weight.threshold());
    }
    if ((flags & RANDOMNESS) != 0) {
      out.putLong(weight.explicitRandomness());
    }
    if ((flags & SUB_POLICY) != 0) {
      out.putInt(subName.length).put(subName);
    }
    if ((flags & MARKS) != 0) {
      out.put(marks.trigger().code).putInt(fingerprint.length).put(fingerprint);
    }
    if (summary != null) {
      summary.write(out, decidedAt);
    }
    out.put(name);
    return out.hasRemaining() ? Arrays.copyOf(out.array(), out.position()) : out.array();
  }

  private int flags() {
    return (kept ? KEPT : 0)
        | (isReopened() ? REOPENED : 0)
        | (weight.isKnown() ? THRESHOLD : 0)
        | (weight.isStamped() && !weight.isKnown() ? UNKNOWN_WEIGHT : 0)
        | (weight.explicitRandomness() >= 0 ? RANDOMNESS : 0)
        | (subPolicy.isEmpty() ? 0 : SUB_POLICY)
        | (marks.equals(RuleMarks.NONE) ? 0 : MARKS)
        | (summary == null ? 0 : SUMMARY);
  }

  private static int optionalBytes(int flags, byte[] subName, byte[] fingerprint) {
    return ((flags & REOPENED) != 0 ? 2 * Long.BYTES : 0)
        + ((flags & THRESHOLD) != 0 ? Long.BYTES : 0)
        + ((flags & RANDOMNESS) != 0 ? Long.BYTES : 0)
        + ((flags & SUB_POLICY) != 0 ? Integer.BYTES + subName.length : 0)
        + ((flags & MARKS) != 0 ? 1 + Integer.BYTES + fingerprint.length : 0);
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
        case VERSION, UNSUMMARIZED_VERSION, UNMARKED_VERSION, UNWEIGHTED_VERSION -> decode(in);
        case NAMED_KIND_VERSION, NO_FIRST_OFFSET_VERSION -> decodeNamedKind(in, version);
        default ->
            throw new IllegalArgumentException(
                "verdict: version " + version + " (expected: " + VERSION + ")");
      };
    } catch (BufferUnderflowException e) {
      int least = bytes[0] >= UNWEIGHTED_VERSION ? FIXED_BYTES : NAMED_KIND_FIXED_BYTES;
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
    long threshold =
        (flags & THRESHOLD) != 0
            ? in.getLong()
            : (flags & UNKNOWN_WEIGHT) != 0
                ? Weight.UNKNOWN_THRESHOLD
                : Weight.UNWEIGHTED_THRESHOLD;
    long randomness = (flags & RANDOMNESS) != 0 ? in.getLong() : TraceStateReader.NONE;
    String subPolicy = (flags & SUB_POLICY) != 0 ? text(in, in.getInt()) : "";
    RuleMarks marks =
        (flags & MARKS) != 0
            ? new RuleMarks(RuleMarks.Trigger.of(in.get()), text(in, in.getInt()))
            : RuleMarks.NONE;
    TraceSummary summary = (flags & SUMMARY) != 0 ? TraceSummary.read(in, decidedAt) : null;
    return new Verdict(
        kind,
        (flags & KEPT) != 0,
        text(in),
        policyVersion,
        decidedAt,
        firstOffset,
        position,
        reopenedAt,
        endedAt,
        new Weight(threshold, randomness),
        subPolicy,
        marks,
        summary);
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

  private static String text(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    String text = text(in.slice(in.position(), length));
    in.position(in.position() + length);
    return text;
  }

  private static String text(ByteBuffer in) {
    return StandardCharsets.UTF_8.decode(in).toString();
  }
}
