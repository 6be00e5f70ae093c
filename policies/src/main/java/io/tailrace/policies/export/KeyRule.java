package io.tailrace.policies.export;

/** What the key of an attribute decides. */
public enum KeyRule {
  /** The attribute stays as it is. */
  IGNORED,
  /** The attribute is removed. */
  REMOVED,
  /** The whole value is masked, unless it is allowed. */
  MASKED,
  /** Blocked parts of the value are masked, unless it is allowed. */
  CHECKED
}
