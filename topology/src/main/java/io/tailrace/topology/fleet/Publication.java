package io.tailrace.topology.fleet;

import io.tailrace.topology.config.StartException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Progress of a published version in the fleet. */
public record Publication(String key, long version) {
  private static final Duration POLL = Duration.ofMillis(250);

  /** Progress in one instance. */
  enum Progress {
    /** Its tasks apply the version, or it has no tasks. */
    APPLIED,
    /** The version is valid there, but log time has not reached its activation in every task. */
    SCHEDULED,
    REFUSED,
    /** A newer version arrived before this one was applied. */
    SUPERSEDED,
    /** The instance has not reported on the version. */
    SILENT
  }

  /**
   * Waits until all alive instances apply the version.
   *
   * @return a line for display
   * @throws StartException with a line for each instance that does not apply it: as soon as one has
   *     refused it and all have answered, else after the timeout
   */
  public String await(FleetStatus fleet, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      boolean isLast = System.nanoTime() - deadline >= 0;
      List<FleetStatus.Instance> alive =
          fleet.poll(POLL).stream().filter(FleetStatus.Instance::isAlive).toList();
      List<Progress> progress = alive.stream().map(this::progress).toList();
      if (!alive.isEmpty() && progress.stream().allMatch(Progress.APPLIED::equals)) {
        return "applied by all instances: " + alive.size();
      }
      boolean isHopeless =
          progress.contains(Progress.REFUSED) || progress.contains(Progress.SUPERSEDED);
      boolean allAnswered = !progress.contains(Progress.SILENT);
      if (isLast || (isHopeless && allAnswered)) {
        throw new StartException(failure(alive, progress, timeout));
      }
    }
  }

  /** Returns the progress that this instance has reported. */
  Progress progress(FleetStatus.Instance instance) {
    InstanceStatus.OfSet set = set(instance).orElse(null);
    if (set == null) {
      return Progress.SILENT;
    }
    long refused = set.refused() == null ? -1 : set.refused().version();
    long accepted = set.accepted() == null ? -1 : set.accepted().version();
    if (refused == version) {
      return Progress.REFUSED;
    } else if (accepted > version || (refused > version && accepted < version)) {
      return Progress.SUPERSEDED;
    } else if (accepted < version) {
      return Progress.SILENT;
    }
    boolean isApplied = set.applied() == null || set.applied().version() >= version;
    return isApplied ? Progress.APPLIED : Progress.SCHEDULED;
  }

  private String failure(
      List<FleetStatus.Instance> alive, List<Progress> progress, Duration timeout) {
    if (alive.isEmpty()) {
      return "version %d: no instance is running".formatted(version);
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < alive.size(); i++) {
      if (progress.get(i) != Progress.APPLIED) {
        lines.add(alive.get(i).name() + ": " + told(alive.get(i), progress.get(i), timeout));
      }
    }
    long applied = progress.stream().filter(Progress.APPLIED::equals).count();
    lines.add(
        "version %d: applied by %d of %d instances".formatted(version, applied, alive.size()));
    return String.join(System.lineSeparator(), lines);
  }

  private List<String> faults(FleetStatus.Instance refused) {
    return set(refused)
        .map(InstanceStatus.OfSet::refused)
        .map(InstanceStatus.Refused::faults)
        .orElse(List.of());
  }

  private Optional<InstanceStatus.OfSet> set(FleetStatus.Instance instance) {
    return instance.status().map(InstanceStatus::sets).map(sets -> sets.get(key));
  }

  private String told(FleetStatus.Instance instance, Progress progress, Duration timeout) {
    return switch (progress) {
      case REFUSED -> "refused: " + String.join("; ", faults(instance));
      case SCHEDULED ->
          "scheduled, but after %ds its log time has not reached it in every partition"
              .formatted(timeout.toSeconds());
      case SUPERSEDED -> "has a newer version";
      default -> "no answer after %ds".formatted(timeout.toSeconds());
    };
  }
}
