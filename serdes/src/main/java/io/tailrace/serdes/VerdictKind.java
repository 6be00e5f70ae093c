package io.tailrace.serdes;

import org.jspecify.annotations.Nullable;

/** Reason of a verdict. The code is part of the stored format. */
public enum VerdictKind {
  /** The policies decided, because the trace was due or a limit was reached. */
  DECIDED(0, null),

  /** The policies did not sample the trace, but an earlier keep request keeps it. */
  KEPT_WHEN_DUE(1, null),

  /** A keep request for a trace that was already decided. */
  KEPT_BY_HAND(2, "(kept by hand)"),

  /** A keep request for a trace without any span yet. */
  KEPT_UNSEEN(3, "(kept by hand, not seen before)"),

  /** Not a verdict: earlier releases stored it when a trace was reopened. No longer written. */
  OPENED_AGAIN(4, "(open again)"),

  /** A late span turned the verdict: with it, the policies keep the trace. */
  RECONSIDERED(5, null),

  /** The policies did not sample the trace, but a kept trace links to it. */
  LINKED(6, null);

  final byte code;

  /** Policy name that earlier releases stored for this kind. */
  private final @Nullable String formerName;

  VerdictKind(int code, @Nullable String formerName) {
    this.code = (byte) code;
    this.formerName = formerName;
  }

  /** Returns whether the trace was kept because of a manual keep request. */
  public boolean isByHand() {
    return this == KEPT_WHEN_DUE || this == KEPT_BY_HAND || this == KEPT_UNSEEN;
  }

  /** Returns whether the trace was kept because of a request: a manual one, or that of a link. */
  public boolean isRequested() {
    return isByHand() || this == LINKED;
  }

  /** Returns the code in stored formats. */
  public byte code() {
    return code;
  }

  /**
   * Returns the kind with this code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static VerdictKind of(byte code) {
    for (VerdictKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "verdict: kind " + code + " (expected: 0 to " + (values().length - 1) + ")");
  }

  static VerdictKind named(String policy) {
    for (VerdictKind kind : values()) {
      if (policy.equals(kind.formerName)) {
        return kind;
      }
    }
    return DECIDED;
  }
}
