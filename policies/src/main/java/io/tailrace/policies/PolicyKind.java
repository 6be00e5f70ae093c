package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/**
 * One kind of policy: the schema of its settings, the signals it needs, and how it votes. A new one
 * is a class of this type and a line in {@link PolicyKinds}.
 */
interface PolicyKind {
  /** The {@code type} in documents, which is also the key of the block of its settings. */
  String type();

  /** Whether it may stand within another policy. */
  default boolean nests() {
    return true;
  }

  /**
   * Reads the settings. Faults are noted on the nodes; after one, what is returned is not used.
   *
   * @param settings the block of this kind; without entries if the document has none
   */
  Policy read(MappingReader settings, PolicyContext context);
}
