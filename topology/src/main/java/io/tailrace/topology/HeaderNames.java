package io.tailrace.topology;

/** Names of the record headers that Tailrace writes; all values are UTF-8 text. */
final class HeaderNames {
  /** Name of the credited policy. */
  static final String POLICY = "tailrace-policy";

  /** Version of the policy set that judged. */
  static final String POLICY_VERSION = "tailrace-policy-version";

  /** Log time of the decision, Unix milliseconds. */
  static final String DECIDED_AT = "tailrace-decided-at";

  /** {@code true} on spans that came after the verdict. */
  static final String LATE = "tailrace-late";

  /** {@code i/n} on a trace that was too large for one record. */
  static final String PART = "tailrace-part";

  /** Marks a watermark on the by-trace topic; its value is the one that is not text. */
  static final String WATERMARK = "tailrace-watermark";

  /** Why a dead letter is dead. */
  static final String REASON = "tailrace-reason";

  /** Where a dead letter came from. */
  static final String TOPIC = "tailrace-topic";

  static final String PARTITION = "tailrace-partition";
  static final String OFFSET = "tailrace-offset";

  private HeaderNames() {}
}
