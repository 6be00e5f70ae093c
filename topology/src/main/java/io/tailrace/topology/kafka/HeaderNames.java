package io.tailrace.topology.kafka;

/** Names of the record headers that Tailrace writes; all values are UTF-8 text. */
public final class HeaderNames {
  /** Name of the credited policy. */
  public static final String POLICY = "tailrace-policy";

  /** Version of the policy set that judged. */
  public static final String POLICY_VERSION = "tailrace-policy-version";

  /** Log time of the decision, Unix milliseconds. */
  public static final String DECIDED_AT = "tailrace-decided-at";

  /**
   * Sampling threshold of the trace, encoded as {@code th} in trace states. Absent if the
   * probability is unknown, or the policies do not use trace states.
   */
  public static final String THRESHOLD = "tailrace-threshold";

  /** {@code true} on spans that came after the verdict. */
  public static final String LATE = "tailrace-late";

  /** {@code i/n} on a trace that was too large for one record. */
  public static final String PART = "tailrace-part";

  /** Marks a watermark on the by-trace topic; its value is the one that is not text. */
  public static final String WATERMARK = "tailrace-watermark";

  /** Why a dead letter is dead. */
  public static final String REASON = "tailrace-reason";

  /** Where a dead letter came from. */
  public static final String TOPIC = "tailrace-topic";

  public static final String PARTITION = "tailrace-partition";
  public static final String OFFSET = "tailrace-offset";

  private HeaderNames() {}
}
