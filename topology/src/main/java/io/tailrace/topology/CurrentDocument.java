package io.tailrace.topology;

import io.tailrace.policies.PolicySet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The newest valid document of a policy set on the config topic, as a command reads it. */
final class CurrentDocument {
  private static final Duration POLL = Duration.ofMillis(500);

  private CurrentDocument() {}

  /**
   * Reads it.
   *
   * @param key of the policy set
   * @return empty if there is none, or it was deleted
   * @throws StartException if the topic cannot be read
   */
  static Optional<String> read(TailraceConfig config, String key) {
    TopicPartition partition = new TopicPartition(config.topics().policies(), 0);
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(new ClientProperties(config).policyConsumer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      Optional<String> newest = Optional.empty();
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (key.equals(record.key())) {
            newest = next(record.value(), newest);
          }
        }
      }
      return newest;
    } catch (KafkaException e) {
      throw new StartException(
          "cannot read " + partition.topic() + ": " + KafkaFaults.explain(e).orElse(e.toString()),
          e);
    }
  }

  private static Optional<String> next(byte[] value, Optional<String> before) {
    if (value == null) {
      return Optional.empty();
    }
    String text = new String(value, StandardCharsets.UTF_8);
    return PolicySet.parse(text).isValid() ? Optional.of(text) : before;
  }
}
