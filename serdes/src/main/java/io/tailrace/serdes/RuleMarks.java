package io.tailrace.serdes;

/**
 * What is recorded on the spans of a trace that a rule kept, beside the name of the rule.
 *
 * @param trigger why the trace was decided when it was
 * @param fingerprint text or hash of the fingerprint; empty if it is not recorded
 */
public record RuleMarks(Trigger trigger, String fingerprint) {
  /** No rule decided. */
  public static final RuleMarks NONE = new RuleMarks(Trigger.NONE, "");

  /** What made a decision due. Stored by code. */
  public enum Trigger {
    NONE(0),
    ROOT_SPAN(1),
    TRACE_TIMEOUT(2),
    SPAN_LIMIT(3),
    /** A limit of the task. */
    EVICTION(4),
    /** A late span turned the verdict. */
    LATE_SPAN(5);

    final byte code;

    Trigger(int code) {
      this.code = (byte) code;
    }

    /**
     * @throws IllegalArgumentException if the code is unknown
     */
    static Trigger of(byte code) {
      for (Trigger trigger : values()) {
        if (trigger.code == code) {
          return trigger;
        }
      }
      throw new IllegalArgumentException("trigger: " + code + " (expected: 0 to 5)");
    }
  }
}
