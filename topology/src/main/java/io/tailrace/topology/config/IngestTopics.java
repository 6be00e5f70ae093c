package io.tailrace.topology.config;

import com.google.re2j.Pattern;
import io.tailrace.policies.policy.RegexCompiler;
import io.tailrace.serdes.Encoding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The topics of {@code topics.ingest}.
 *
 * @param named topics by name, in the configured order
 * @param patterns patterns in the configured order; the first match determines the encoding
 * @param matched topics that match the patterns; empty until they are resolved
 */
public record IngestTopics(
    List<IngestTopic> named, List<IngestPattern> patterns, Optional<List<IngestTopic>> matched) {
  public static final int MAX_TOPICS = 16;

  /**
   * Creates the topics from the configuration.
   *
   * @param written result of {@link IngestSetting}
   * @param encoding encoding of entries without their own
   */
  public static IngestTopics of(Map<String, Optional<Encoding>> written, Encoding encoding) {
    List<IngestTopic> named = new ArrayList<>();
    List<IngestPattern> patterns = new ArrayList<>();
    written.forEach(
        (entry, own) -> {
          if (IngestSetting.isPattern(entry)) {
            Optional<Pattern> regex = new RegexCompiler().compile(entry, fault -> {});
            regex.ifPresent(
                compiled -> patterns.add(new IngestPattern(compiled, own.orElse(encoding))));
          } else {
            named.add(new IngestTopic(entry, own.orElse(encoding)));
          }
        });
    return new IngestTopics(List.copyOf(named), List.copyOf(patterns), Optional.empty());
  }

  /** Returns all topics to read, in the same order in all instances. */
  public List<IngestTopic> all() {
    if (patterns.isEmpty()) {
      return named;
    }
    List<IngestTopic> found =
        matched.orElseThrow(() -> new IllegalStateException("topics.ingest: not looked up"));
    return Stream.concat(named.stream(), found.stream()).toList();
  }

  public List<String> names() {
    return all().stream().map(IngestTopic::name).toList();
  }

  public boolean hasPatterns() {
    return !patterns.isEmpty();
  }

  /** Returns whether the setting is a single topic name. */
  public boolean isSoleTopic() {
    return patterns.isEmpty() && named.size() == 1;
  }

  public boolean names(String topic) {
    return named.stream().anyMatch(named -> named.name().equals(topic));
  }

  /** Returns the topics that match a pattern and are not listed by name, sorted. */
  public List<IngestTopic> matching(Collection<String> topics) {
    return topics.stream()
        .filter(topic -> !names(topic))
        .sorted()
        .flatMap(topic -> matching(topic).stream())
        .toList();
  }

  private Optional<IngestTopic> matching(String topic) {
    return patterns.stream()
        .filter(pattern -> pattern.matches(topic))
        .findFirst()
        .map(pattern -> new IngestTopic(topic, pattern.encoding()));
  }

  public IngestTopics with(List<IngestTopic> found) {
    return new IngestTopics(named, patterns, Optional.of(List.copyOf(found)));
  }
}
