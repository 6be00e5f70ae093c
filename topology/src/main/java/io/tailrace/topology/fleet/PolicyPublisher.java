package io.tailrace.topology.fleet;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.kafka.KafkaFaults;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Writes documents to the config topic and to the history. */
public final class PolicyPublisher implements AutoCloseable {
  private final String topic;
  private final String history;
  private final Admin admin;
  private final Producer<String, byte[]> producer;

  public PolicyPublisher(TailraceConfig config) {
    topic = config.topics().policies();
    history = config.get(Settings.TOPIC_POLICY_HISTORY);
    admin = Admin.create(new ClientProperties(config).admin());
    producer =
        new KafkaProducer<>(
            new ClientProperties(config).commandProducer(),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /**
   * Writes a document and waits for its acknowledgement.
   *
   * @param key key of the policy set
   * @param document null deletes the policies
   * @param author null for none
   * @param comment null for none
   * @throws StartException if the write is not confirmed
   */
  public PublishedPolicies publish(
      String key, @Nullable String document, @Nullable String author, @Nullable String comment) {
    byte[] value = document == null ? null : document.getBytes(StandardCharsets.UTF_8);
    Headers headers = new RecordHeaders();
    add(headers, PublishedPolicies.AUTHOR, author);
    add(headers, PublishedPolicies.COMMENT, comment);
    RecordMetadata written = send(new ProducerRecord<>(topic, 0, key, value, headers));
    return PublishedPolicies.of(key, written.offset() + 1, written.timestamp(), headers, value);
  }

  /** Adds the version to the history, if there is one. Running instances do so, too. */
  public void remember(PublishedPolicies published) {
    if (isThere(history)) {
      send(new ProducerRecord<>(history, published.historyKey(), JsonRecords.bytes(published)));
    }
  }

  /**
   * Checks that the topic exists, as a write to a missing topic may create it without compaction.
   */
  private boolean isThere(String name) {
    try {
      admin.describeTopics(List.of(name)).allTopicNames().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw failed(name, e);
    } catch (InterruptedException e) {
      throw interrupted(name, e);
    }
  }

  private static void add(Headers headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private RecordMetadata send(ProducerRecord<String, byte[]> record) {
    try {
      return producer.send(record).get();
    } catch (ExecutionException e) {
      throw failed(record.topic(), e);
    } catch (InterruptedException e) {
      throw interrupted(record.topic(), e);
    }
  }

  private static StartException failed(String name, ExecutionException e) {
    return new StartException(
        "cannot publish to "
            + name
            + ": "
            + KafkaFaults.explain(e).orElseGet(() -> String.valueOf(e.getCause())),
        e);
  }

  private static StartException interrupted(String name, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StartException("interrupted while publishing to " + name, e);
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
