package io.tailrace.serdes;

/** How a verdict came about. Its code is stored. */
public enum VerdictKind {
  /** By the policies, when the trace was due or at a limit. */
  DECIDED(0, null),

  /** The policies did not keep the trace, and a request to keep it had arrived before. */
  KEPT_WHEN_DUE(1, null),

  /** A request to keep a trace that was decided before. */
  KEPT_BY_HAND(2, "(kept by hand)"),

  /** The same, of a trace without a span so far. */
  KEPT_UNSEEN(3, "(kept by hand, not seen before)"),

  /** No verdict: earlier releases noted so that a trace was opened again. Not written any more. */
  OPENED_AGAIN(4, "(open again)");

  final byte code;

  /** What earlier releases stored as the policy's name. */
  private final String formerName;

  VerdictKind(int code, String formerName) {
    this.code = (byte) code;
    this.formerName = formerName;
  }

  /** Whether the trace was kept because of a request to keep it. */
  public boolean isByHand() {
    return this == KEPT_WHEN_DUE || this == KEPT_BY_HAND || this == KEPT_UNSEEN;
  }

  static VerdictKind of(byte code) {
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
