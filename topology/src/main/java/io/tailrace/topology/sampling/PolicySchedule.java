package io.tailrace.topology.sampling;

import java.util.ArrayList;
import java.util.List;

/**
 * Which policy version judges at which log time, and which shadow set votes beside it. Every
 * instance reads the same documents with the same record times, so all switch at the same trace,
 * and a replay switches there again. Shadows have no say in when a version judges. Immutable, never
 * empty. Of very many versions the oldest are forgotten: what is older than those that are left is
 * judged by the first of them.
 */
public final class PolicySchedule {
  /** Versions that are kept for tasks that lag; each may hold some megabytes of policies. */
  static final int MAX_VERSIONS = 100;

  /** Without shadows. */
  private final List<PolicyVersion> published;

  private final List<ShadowVersion> shadows;

  /** The two together, in the order in which they take over. */
  private final List<PolicyVersion> versions;

  public PolicySchedule(PolicyVersion first) {
    this(List.of(first), List.of(), List.of());
  }

  /**
   * @param known versions that need not be made again
   */
  private PolicySchedule(
      List<PolicyVersion> published, List<ShadowVersion> shadows, List<PolicyVersion> known) {
    this.published = published;
    this.shadows = shadows;
    this.versions = List.copyOf(merged(published, shadows, known));
  }

  /**
   * This schedule with a newer version; its start is put off if it would come before its
   * predecessor's.
   */
  public PolicySchedule with(PolicyVersion version) {
    long earliest = last(published).activeFrom();
    return new PolicySchedule(
        more(published, version.from(Math.max(version.activeFrom(), earliest))), shadows, versions);
  }

  /** This schedule with a newer shadow set, or the end of one; as {@link #with(PolicyVersion)}. */
  public PolicySchedule with(ShadowVersion shadow) {
    long earliest = shadows.isEmpty() ? Long.MIN_VALUE : last(shadows).activeFrom();
    return new PolicySchedule(
        published, more(shadows, shadow.from(Math.max(shadow.activeFrom(), earliest))), versions);
  }

  /** All that are known, in the order in which they judge. */
  public List<PolicyVersion> versions() {
    return versions;
  }

  public PolicyVersion latest() {
    return last(versions);
  }

  /** The version that judges what falls due at this log time. */
  public PolicyVersion at(long logTime) {
    for (int i = versions.size() - 1; i > 0; i--) {
      if (versions.get(i).activeFrom() <= logTime) {
        return versions.get(i);
      }
    }
    return versions.get(0);
  }

  /**
   * The version with this number and shadow, or, if that shadow is not known any more, the one
   * before it with this number; the first one if the number is not known any more.
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

  /** The version that follows this one, which may be forgotten; or null. */
  PolicyVersion after(PolicyVersion current) {
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
