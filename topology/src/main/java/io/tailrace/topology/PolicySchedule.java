package io.tailrace.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * Which policy version judges at which log time. Every instance reads the same documents with the
 * same record times, so all switch at the same trace, and a replay switches there again. Immutable,
 * never empty. Of very many versions the oldest are forgotten: what is older than those that are
 * left is judged by the first of them.
 */
final class PolicySchedule {
  /** Versions that are kept for tasks that lag; each may hold some megabytes of policies. */
  static final int MAX_VERSIONS = 100;

  private final List<PolicyVersion> versions;

  PolicySchedule(PolicyVersion first) {
    this(List.of(first));
  }

  private PolicySchedule(List<PolicyVersion> versions) {
    this.versions = versions;
  }

  /**
   * This schedule with a newer version; its start is put off if it would come before its
   * predecessor's.
   */
  PolicySchedule with(PolicyVersion version) {
    List<PolicyVersion> more =
        new ArrayList<>(
            versions.subList(Math.max(0, versions.size() + 1 - MAX_VERSIONS), versions.size()));
    long activeFrom = Math.max(version.activeFrom(), latest().activeFrom());
    more.add(new PolicyVersion(version.number(), activeFrom, version.set(), version.waits()));
    return new PolicySchedule(List.copyOf(more));
  }

  /** All that are known, in the order in which they judge. */
  List<PolicyVersion> versions() {
    return versions;
  }

  PolicyVersion latest() {
    return versions.get(versions.size() - 1);
  }

  /** The version that judges what falls due at this log time. */
  PolicyVersion at(long logTime) {
    for (int i = versions.size() - 1; i > 0; i--) {
      if (versions.get(i).activeFrom() <= logTime) {
        return versions.get(i);
      }
    }
    return versions.get(0);
  }

  /** The version with this number; the first one if it is not known any more. */
  PolicyVersion numbered(long number) {
    return versions.stream()
        .filter(version -> version.number() == number)
        .findFirst()
        .orElse(versions.get(0));
  }

  /** The version that follows the one with this number, or null. */
  PolicyVersion after(long number) {
    for (PolicyVersion version : versions) {
      if (version.number() > number) {
        return version;
      }
    }
    return null;
  }
}
