package io.tailrace.topology.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Version of the policies in a list.
 *
 * @param active whether it is the document on the config topic
 * @param time publication time, ISO 8601
 * @param author null if unknown
 * @param comment null if there is none
 * @param sha256 hash of the document; null if unknown
 * @param change difference from the previous version, in words
 */
public record HistoryLine(
    long version,
    boolean active,
    String time,
    @Nullable String author,
    @Nullable String comment,
    @Nullable String sha256,
    String change) {
  /** Returns the newest versions, at most {@code count}, newest first. */
  public static List<HistoryLine> of(PolicyVersions versions, int count) {
    List<PublishedPolicies> newestFirst = new ArrayList<>(versions.all());
    Collections.reverse(newestFirst);
    Optional<PublishedPolicies> active = versions.active();
    return newestFirst.stream()
        .limit(count)
        .map(
            published ->
                new HistoryLine(
                    published.version(),
                    active.filter(published::equals).isPresent(),
                    published.time(),
                    published.author(),
                    published.comment(),
                    published.sha256(),
                    PolicyChange.of(published, versions.before(published))))
        .toList();
  }
}
