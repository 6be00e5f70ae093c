package io.tailrace.topology.fleet;

import io.tailrace.policies.PolicySet;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.kafka.TopicContent;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Known versions of a policy set, for commands. Immutable. */
public final class PolicyVersions {
  private final String name;
  private final NavigableMap<Long, PublishedPolicies> byNumber;

  PolicyVersions(String name, Iterable<PublishedPolicies> published) {
    this.name = name;
    this.byNumber = new TreeMap<>();
    published.forEach(version -> byNumber.put(version.version(), version));
  }

  /**
   * Reads the versions from the config topic and, for those removed by compaction, from the
   * history.
   *
   * @param key key of the policy set
   */
  public static PolicyVersions read(TailraceConfig config, String key) {
    TreeMap<Long, PublishedPolicies> found = new TreeMap<>();
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(new ClientProperties(config).policyLookingConsumer())) {
      String history = config.get(Settings.TOPIC_POLICY_HISTORY);
      for (ConsumerRecord<String, byte[]> record : TopicContent.read(consumer, history)) {
        JsonRecords.read(record.value(), PublishedPolicies.class)
            .filter(published -> key.equals(published.name()))
            .ifPresent(published -> found.put(published.version(), published));
      }
      String topic = config.topics().policies();
      for (ConsumerRecord<String, byte[]> record : TopicContent.read(consumer, topic)) {
        if (key.equals(record.key())) {
          long version = record.offset() + 1;
          found.put(version, PublishedPolicies.of(record, version));
        }
      }
    }
    return new PolicyVersions(key, found.values());
  }

  /** Returns all versions, oldest first. */
  List<PublishedPolicies> all() {
    return List.copyOf(byNumber.values());
  }

  /**
   * Returns the newest valid version, as far as validity is known without the settings of the
   * instances.
   */
  public Optional<PublishedPolicies> active() {
    return byNumber.descendingMap().values().stream().filter(PolicyVersions::isValid).findFirst();
  }

  /** Returns the newest valid version before this one. */
  Optional<PublishedPolicies> before(PublishedPolicies published) {
    return byNumber.headMap(published.version(), false).descendingMap().values().stream()
        .filter(PolicyVersions::isValid)
        .findFirst();
  }

  /**
   * Returns the version with this number.
   *
   * @throws StartException if it is unknown
   */
  public PublishedPolicies numbered(long version) {
    PublishedPolicies published = byNumber.get(version);
    if (published == null) {
      throw new StartException(
          "version %d: not known (expected: %s)"
              .formatted(
                  version,
                  byNumber.isEmpty()
                      ? "none, no policies were published under " + name
                      : "one that `tailrace policies history` lists"));
    }
    return published;
  }

  /**
   * Returns the active version.
   *
   * @throws StartException if there is none
   */
  public PublishedPolicies activeOne() {
    return active()
        .orElseThrow(
            () ->
                new StartException(
                    "no policies were published under %s: the instances' bootstrap set judges"
                        .formatted(name)));
  }

  private static boolean isValid(PublishedPolicies published) {
    return published.document() == null || PolicySet.parse(published.document()).isValid();
  }
}
