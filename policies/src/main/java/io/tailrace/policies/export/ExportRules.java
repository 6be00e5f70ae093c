package io.tailrace.policies.export;

import java.util.List;

/**
 * What is done to kept spans when they are exported. Immutable, thread-safe.
 *
 * @param redactions applied one after another, each to the result of the one before
 */
public record ExportRules(List<Redaction> redactions) {
  /** Spans leave as they are. */
  public static final ExportRules NONE = new ExportRules(List.of());

  public ExportRules {
    redactions = List.copyOf(redactions);
  }

  /** Describes the rules. One line for each; the wording may change. */
  public List<String> summary() {
    return redactions.stream().map(Redaction::description).toList();
  }

  /** Returns rules that are almost certainly a mistake. One line for each. */
  public List<String> lint() {
    return redactions.stream()
        .filter(redaction -> redaction.of("service.name") == KeyRule.REMOVED)
        .map(
            redaction ->
                redaction.name()
                    + ": removes service.name, so that exported spans have no service name"
                    + " (allowed_keys or ignored_keys can keep it)")
        .toList();
  }
}
