package io.tailrace.policies.policy;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.fingerprint.Fingerprint;
import io.tailrace.policies.fingerprint.Fingerprints;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.fingerprint.TraceValues;
import io.tailrace.policies.fingerprint.ValueHash;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A budget for each group of traces instead of one for all.
 *
 * @param fingerprint index of the fingerprint that tells groups apart
 * @param selectors texts of its selectors
 * @param overrides rates per second of single groups, by the hash of their fingerprint
 * @param shown these rates by the text of the fingerprint
 * @param maxGroups greatest number of groups with a budget of their own
 */
public record Grouping(
    int fingerprint,
    List<String> selectors,
    Map<Long, Double> overrides,
    Map<String, Double> shown,
    int maxGroups) {
  private static final int DEFAULT_GROUPS = 1_000;
  private static final int MOST_GROUPS = 10_000;

  /**
   * Reads {@code group_by}, {@code overrides} and {@code max_groups}. Returns null if absent.
   *
   * @param maxRate greatest rate per second of a group
   */
  public static @Nullable Grouping read(
      MappingReader settings, double maxRate, PolicyContext context) {
    Node groupBy = settings.get("group_by");
    Node overrides = settings.get("overrides");
    Node maxGroups = settings.get("max_groups");
    int max = (int) maxGroups.integer(1, MOST_GROUPS, DEFAULT_GROUPS);
    if (!groupBy.present()) {
      for (Node other : List.of(overrides, maxGroups)) {
        if (other.present()) {
          other.fault("group_by beside it");
        }
      }
      return null;
    }
    if (!context.useSlots()) {
      groupBy.fault("use_tracestate: true, as groups are spent in slots");
    }
    List<Selector> selectors = Selectors.read(groupBy);
    Map<String, Double> shown = new LinkedHashMap<>();
    overrides.mapping(
        rates -> {
          rates.keys().forEach(group -> shown.put(group, rates.get(group).number(0, maxRate, 0)));
          return rates;
        });
    Map<Long, Double> byHash = new LinkedHashMap<>();
    shown.forEach((group, rate) -> byHash.put(hash(selectors, group), rate));
    return new Grouping(
        context.fingerprint(selectors), Selectors.texts(selectors), byHash, shown, max);
  }

  /** Returns the hash of a fingerprint with this text. */
  private static long hash(List<Selector> selectors, String text) {
    TraceValues values = new TraceValues(new Fingerprints(List.of(new Fingerprint(selectors))));
    String[] parts = text.split(Fingerprint.BETWEEN_SELECTORS, -1);
    for (int i = 0; i < Math.min(parts.length, selectors.size()); i++) {
      if (!parts[i].equals(Fingerprint.MISSING)) {
        for (String value : parts[i].split(Fingerprint.BETWEEN_VALUES, -1)) {
          values.add(i, ValueHash.of(value));
        }
      }
    }
    return values.fingerprint(0);
  }

  double rate(long group, double otherwise) {
    return overrides.getOrDefault(group, otherwise);
  }

  /** Returns what must be equal for the state of one to be valid for the other. */
  public String traits() {
    return " by=" + selectors + " " + shown + " of=" + maxGroups;
  }

  public String description() {
    return " for each " + String.join(", ", selectors);
  }
}
