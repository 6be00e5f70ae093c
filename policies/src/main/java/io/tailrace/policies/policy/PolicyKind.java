package io.tailrace.policies.policy;

import io.tailrace.policies.document.MappingReader;
import org.jspecify.annotations.Nullable;

/**
 * A kind of policy. Defines the schema of its settings, the signals that it needs, and how it
 * votes. To add a kind, implement this interface and register it in {@code PolicyKinds}.
 */
public interface PolicyKind {
  /** Returns the {@code type} in documents. It is also the key of the settings block. */
  String type();

  /** Returns whether it can be a sub-policy. */
  default boolean nests() {
    return true;
  }

  /** Returns whether its vote depends on the content of the trace alone, and it has no state. */
  default boolean isOfContent() {
    return true;
  }

  /**
   * Reads the settings. Reports faults on the nodes; callers ignore the result after a fault, which
   * may be null.
   *
   * @param settings the settings block of this kind; empty if the document has none
   */
  @Nullable Policy read(MappingReader settings, PolicyContext context);
}
