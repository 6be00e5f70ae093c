package io.tailrace.policies.export;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is done to kept spans when they are exported. Immutable, thread-safe.
 *
 * @param filters choose spans and events that are left out, before all redactions
 * @param redactions applied one after another, each to the result of the one before
 */
public record ExportRules(List<SpanFilter> filters, List<Redaction> redactions) {
  /** Spans leave as they are. */
  public static final ExportRules NONE = new ExportRules(List.of(), List.of());

  public ExportRules {
    filters = List.copyOf(filters);
    redactions = List.copyOf(redactions);
  }

  /** Returns the keys of the blocks in their document. */
  public List<String> names() {
    return Stream.concat(
            filters.stream().map(SpanFilter::name), redactions.stream().map(Redaction::name))
        .toList();
  }

  /** Describes the rules. One line for each; the wording may change. */
  public List<String> summary() {
    return Stream.concat(
            filters.stream().map(SpanFilter::description),
            redactions.stream().map(Redaction::description))
        .toList();
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
