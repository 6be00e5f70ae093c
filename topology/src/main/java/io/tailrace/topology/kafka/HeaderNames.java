package io.tailrace.topology.kafka;

/** Names of the record headers of Tailrace. Values are UTF-8 text unless stated otherwise. */
public final class HeaderNames {
  /** Name of the deciding policy. */
  public static final String POLICY = "tailrace-policy";

  /** Version of the policy set. */
  public static final String POLICY_VERSION = "tailrace-policy-version";

  /** Log time of the decision, Unix milliseconds. */
  public static final String DECIDED_AT = "tailrace-decided-at";

  /**
   * Sampling threshold of the trace, encoded as {@code th} in trace states. Absent if the
   * probability is unknown, or the policies do not use trace states.
   */
  public static final String THRESHOLD = "tailrace-threshold";

  /** {@code true} on spans that arrived after the verdict. */
  public static final String LATE = "tailrace-late";

  /** {@code i/n} on a trace that exceeds one record. */
  public static final String PART = "tailrace-part";

  /** Marks a watermark on the by-trace topic. Its value is binary. */
  public static final String WATERMARK = "tailrace-watermark";

  /** Reason of a dead letter. */
  public static final String REASON = "tailrace-reason";

  /** Source topic of a dead letter. */
  public static final String TOPIC = "tailrace-topic";

  public static final String PARTITION = "tailrace-partition";
  public static final String OFFSET = "tailrace-offset";

  private HeaderNames() {}
}
