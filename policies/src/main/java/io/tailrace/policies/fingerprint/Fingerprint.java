package io.tailrace.policies.fingerprint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Selectors in the order in which their values form a key. Its text has the form of the Collector's
 * {@code processor/adaptivetailsamplingprocessor/internal/sampler/key.go}. Immutable, thread-safe.
 */
public record Fingerprint(List<Selector> selectors) {
  /** Stands for the values of a selector that finds none. */
  public static final String MISSING = "<missing>";

  /** Stands for the values of a selector that finds more than {@link TraceValues#MOST}. */
  public static final String MANY = "<many>";

  /** Between values of one selector. */
  public static final String BETWEEN_VALUES = ",";

  /** Between selectors. */
  public static final String BETWEEN_SELECTORS = "\u2022";

  public Fingerprint {
    selectors = List.copyOf(selectors);
  }

  /** Joins the values of one selector: distinct, sorted by their UTF-8 bytes. */
  static String joinedValues(Collection<String> values) {
    return values.isEmpty()
        ? MISSING
        : values.stream()
            .distinct()
            .sorted((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)))
            .collect(Collectors.joining(BETWEEN_VALUES));
  }

  /** Joins the texts of the selectors. */
  static String joinedSelectors(List<String> texts) {
    return String.join(BETWEEN_SELECTORS, texts);
  }
}
