package io.tailrace.policies.fingerprint;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The fingerprints of a policy set and their distinct selectors. Equal if the values collected for
 * one are valid for the other. Immutable, thread-safe.
 */
public final class Fingerprints {
  public static final Fingerprints NONE = new Fingerprints(List.of());

  private final List<Fingerprint> all;
  private final List<Selector> selectors;
  private final int[][] selectorsOf;

  /**
   * @param all distinct fingerprints, in the order of their indexes
   */
  public Fingerprints(List<Fingerprint> all) {
    this.all = List.copyOf(all);
    Set<Selector> distinct = new LinkedHashSet<>();
    all.forEach(fingerprint -> distinct.addAll(fingerprint.selectors()));
    this.selectors = List.copyOf(distinct);
    this.selectorsOf =
        all.stream()
            .map(f -> f.selectors().stream().mapToInt(selectors::indexOf).toArray())
            .toArray(int[][]::new);
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** Returns the fingerprints in the order of their indexes. */
  public List<Fingerprint> all() {
    return all;
  }

  /** Returns the distinct selectors of all fingerprints. Their indexes are those of the values. */
  public List<Selector> selectors() {
    return selectors;
  }

  /** Returns whether a selector depends on which spans are root spans. */
  public boolean needRoot() {
    return selectors.stream().anyMatch(Selector::isOfRoot);
  }

  /** Returns the indexes of the selectors of a fingerprint. Must not be modified. */
  int[] selectorsOf(int fingerprint) {
    return selectorsOf[fingerprint];
  }

  boolean isShape(int selector) {
    return selectors.get(selector).source() == Selector.Source.TRACE_SHAPE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fingerprints that && all.equals(that.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  @Override
  public String toString() {
    return "Fingerprints" + all;
  }
}
