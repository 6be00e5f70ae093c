package io.tailrace.topology.fleet;

import io.tailrace.topology.config.IngestPattern;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.config.IngestTopics;
import io.tailrace.topology.config.StartException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Resolves the patterns of {@code topics.ingest} to topics.
 *
 * @param topics existing topics, without Tailrace's own
 */
public record IngestChoice(IngestTopics ingest, Set<String> topics) {

  /**
   * Returns the topics of the running instances, as reported by the oldest one; empty if none runs
   * or reports.
   *
   * @param fleet instances; stopped ones are ignored
   */
  static Optional<List<String>> read(List<FleetStatus.Instance> fleet) {
    return fleet.stream()
        .filter(FleetStatus.Instance::isAlive)
        .flatMap(instance -> instance.status().stream())
        .filter(status -> !status.ingest().isEmpty())
        .min(Comparator.comparing(InstanceStatus::started))
        .map(InstanceStatus::ingest);
  }

  /**
   * Returns the currently matching topics.
   *
   * @throws StartException if a pattern matches nothing
   */
  public List<IngestTopic> own() {
    for (IngestPattern pattern : ingest.patterns()) {
      if (topics.stream().noneMatch(pattern::matches)) {
        throw new StartException(
            "topics.ingest: \"%s\" (expected: a pattern that a topic matches; Tailrace's own do not count)"
                .formatted(pattern.text()));
      }
    }
    return bounded(ingest.matching(topics));
  }

  List<String> ownNames() {
    return ingest.with(ingest.matching(topics)).names();
  }

  boolean differs(List<String> names) {
    return !Set.copyOf(names).equals(Set.copyOf(ownNames()));
  }

  /**
   * Returns the topics of the running instances for an instance that joins them.
   *
   * @throws StartException if it cannot join: a topic is missing, or its setting differs
   */
  List<IngestTopic> of(List<String> fleet) {
    Set<String> gone = new TreeSet<>(fleet);
    gone.removeAll(topics);
    gone.removeIf(ingest::names);
    if (!gone.isEmpty()) {
      throw new StartException(
          "topic %s: missing (expected: it exists, for running instances read it; stop them all)"
              .formatted(String.join(", ", gone)));
    }
    List<IngestTopic> matched = ingest.matching(fleet);
    Set<String> strange = new TreeSet<>(fleet);
    Set<String> ours = Set.copyOf(ingest.with(matched).names());
    strange.removeAll(ours);
    List<String> named = new ArrayList<>(ours);
    named.removeAll(fleet);
    strange.addAll(named);
    if (!strange.isEmpty()) {
      throw new StartException(
          "topics.ingest: %s in one instance and not in another (expected: the same setting in all; stop all to change it)"
              .formatted(String.join(", ", strange)));
    }
    return bounded(matched);
  }

  private List<IngestTopic> bounded(List<IngestTopic> matched) {
    int count = ingest.named().size() + matched.size();
    if (count > IngestTopics.MAX_TOPICS) {
      throw new StartException(
          "topics.ingest: %d topics, %s (expected: at most %d)"
              .formatted(
                  count, String.join(", ", ingest.with(matched).names()), IngestTopics.MAX_TOPICS));
    }
    return matched;
  }
}
