package io.tailrace.topology.kafka;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Explains why an instance ends after the partitions of the topic that it samples changed. Kafka
 * Streams then names a changelog and recommends to reset it.
 */
public final class ChangedPartitions {
  /** Message of Kafka Streams 4.3.1 about a changelog. */
  private static final Pattern CHANGELOG =
      Pattern.compile("topic (\\S+) has invalid partitions: expected: (\\d+); actual: (\\d+)");

  private ChangedPartitions() {}

  /** Returns the required action. Empty if the failure is another one. */
  public static Optional<String> explain(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Matcher found = CHANGELOG.matcher(String.valueOf(cause.getMessage()));
      if (found.find()) {
        return Optional.of(
            "partitions were %s: topics.spans_by_trace, or topics.ingest in keyed mode, has %s,"
                    .formatted(isMore(found) ? "added" : "removed", found.group(2))
                + " topic %s has %s (expected: equal, as open traces would be split; another"
                    .formatted(found.group(1), found.group(3))
                + " application_id and, in unkeyed mode, another topics.spans_by_trace)");
      }
    }
    return Optional.empty();
  }

  /** Returns whether the topic has more partitions than its changelogs. It may be a new topic. */
  private static boolean isMore(Matcher found) {
    return Integer.parseInt(found.group(2)) > Integer.parseInt(found.group(3));
  }
}
