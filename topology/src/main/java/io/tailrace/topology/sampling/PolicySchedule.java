package io.tailrace.topology.sampling;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Policy versions by log time, with the shadow sets beside them. Every instance reads the same
 * documents with the same record times, so all instances switch at the same trace, and a replay
 * switches there again. Shadow sets do not affect the activation of versions. Immutable, never
 * empty. Drops the oldest of very many versions; the oldest remaining version applies to earlier
 * times.
 */
public final class PolicySchedule {
  /** Number of versions kept for tasks that lag; each may hold some megabytes of policies. */
  static final int MAX_VERSIONS = 100;

  /** Without shadows. */
  private final List<PolicyVersion> published;

  private final List<ShadowVersion> shadows;

  /** Versions and shadows combined, in the order of activation. */
  private final List<PolicyVersion> versions;

  public PolicySchedule(PolicyVersion first) {
    this(List.of(first), List.of(), List.of());
  }

  /**
   * @param known versions to reuse
   */
  private PolicySchedule(
      List<PolicyVersion> published, List<ShadowVersion> shadows, List<PolicyVersion> known) {
    this.published = published;
    this.shadows = shadows;
    this.versions = List.copyOf(merged(published, shadows, known));
  }

  /**
   * Returns this schedule with a newer version. Delays its activation if it would precede that of
   * its predecessor.
   */
  public PolicySchedule with(PolicyVersion version) {
    long earliest = last(published).activeFrom();
    return new PolicySchedule(
        more(published, version.from(Math.max(version.activeFrom(), earliest))), shadows, versions);
  }

  /**
   * Returns this schedule with a newer shadow set, or without one; as {@link #with(PolicyVersion)}.
   */
  public PolicySchedule with(ShadowVersion shadow) {
    long earliest = shadows.isEmpty() ? Long.MIN_VALUE : last(shadows).activeFrom();
    return new PolicySchedule(
        published, more(shadows, shadow.from(Math.max(shadow.activeFrom(), earliest))), versions);
  }

  /** Returns all known versions in the order of activation. */
  public List<PolicyVersion> versions() {
    return versions;
  }

  public PolicyVersion latest() {
    return last(versions);
  }

  /** Returns the version for traces due at this log time. */
  public PolicyVersion at(long logTime) {
    for (int i = versions.size() - 1; i > 0; i--) {
      if (versions.get(i).activeFrom() <= logTime) {
        return versions.get(i);
      }
    }
    return versions.get(0);
  }

  /**
   * Returns the version with this number and shadow. Without that shadow, returns the preceding one
   * with this number; without that number, the first one.
   */
  PolicyVersion numbered(long number, long shadow) {
    PolicyVersion found = null;
    for (PolicyVersion version : versions) {
      boolean fits = version.number() == number && !version.isAfter(number, shadow);
      boolean isNearest = found == null && version.number() == number;
      found = fits || isNearest ? version : found;
    }
    return found == null ? versions.get(0) : found;
  }

  /**
   * Returns the version that decided a trace; null if it is not known.
   *
   * @param signals identity of its signals
   */
  @Nullable PolicyVersion decided(long number, long decidedAt, int signals) {
    PolicyVersion found = null;
    for (PolicyVersion version : versions) {
      if (version.number() == number
          && version.set().signals().identity() == signals
          && (found == null || version.activeFrom() <= decidedAt)) {
        found = version;
      }
    }
    return found;
  }

  /** Returns the version after this one, which may have been dropped; or null. */
  @Nullable PolicyVersion after(PolicyVersion current) {
    for (PolicyVersion version : versions) {
      if (version.isAfter(current.number(), current.shadow())) {
        return version;
      }
    }
    return null;
  }

  private static List<PolicyVersion> merged(
      List<PolicyVersion> published, List<ShadowVersion> shadows, List<PolicyVersion> known) {
    List<PolicyVersion> merged = new ArrayList<>();
    ShadowVersion shadow = ShadowVersion.NONE;
    int nextShadow = 0;
    for (int i = 0; i < published.size(); i++) {
      PolicyVersion version = published.get(i);
      while (nextShadow < shadows.size()
          && shadows.get(nextShadow).activeFrom() <= version.activeFrom()) {
        shadow = shadows.get(nextShadow++);
      }
      merged.add(combined(version, shadow, version.activeFrom(), known));
      long end = i + 1 < published.size() ? published.get(i + 1).activeFrom() : Long.MAX_VALUE;
      while (nextShadow < shadows.size() && shadows.get(nextShadow).activeFrom() < end) {
        shadow = shadows.get(nextShadow++);
        merged.add(combined(version, shadow, shadow.activeFrom(), known));
      }
    }
    return merged;
  }

  private static PolicyVersion combined(
      PolicyVersion version, ShadowVersion shadow, long activeFrom, List<PolicyVersion> known) {
    if (shadow.number() == 0) {
      return version;
    }
    for (PolicyVersion old : known) {
      if (old.number() == version.number()
          && old.shadow() == shadow.number()
          && old.activeFrom() == activeFrom) {
        return old;
      }
    }
    return version.beside(shadow, activeFrom);
  }

  private static <T> List<T> more(List<T> all, T one) {
    List<T> more =
        new ArrayList<>(all.subList(Math.max(0, all.size() + 1 - MAX_VERSIONS), all.size()));
    more.add(one);
    return List.copyOf(more);
  }

  private static <T> T last(List<T> all) {
    return all.get(all.size() - 1);
  }
}
