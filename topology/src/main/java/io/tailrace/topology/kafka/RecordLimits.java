package io.tailrace.topology.kafka;

import io.tailrace.topology.config.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Record size limits of the export topic and the dead letter topic. Read at start and updated when
 * a broker rejects a record, for example after {@code max.message.bytes} was lowered. Records must
 * be checked before they are sent, because a rejected record fails its transaction. Thread-safe.
 */
public final class RecordLimits {
  /** Key of the limits in the configuration of Kafka Streams, for access by processors. */
  public static final String CONFIG = "tailrace.record.limits";

  private static final Logger LOG = LoggerFactory.getLogger(RecordLimits.class);

  /** Growth of incompressible bytes. */
  private static final int COMPRESSION_OVERHEAD_SHARE = 16;

  private static final RecordLimits NONE =
      new RecordLimits("", "", Long.MAX_VALUE, Compression.NONE, null);

  private final String export;
  private final String deadLetters;
  private final long maxRequestBytes;
  private final Compression compression;
  private final @Nullable Admin admin;
  private final Map<String, Long> most = new ConcurrentHashMap<>();
  private volatile String lastRefusal = "";

  /**
   * @param maxRequestBytes limit of the producer, before compression
   */
  RecordLimits(
      String export,
      String deadLetters,
      long maxRequestBytes,
      Compression compression,
      @Nullable Admin admin) {
    this.export = export;
    this.deadLetters = deadLetters;
    this.maxRequestBytes = maxRequestBytes;
    this.compression = compression;
    this.admin = admin;
  }

  /**
   * Creates limits for producers with this configuration. Does not read the limits of the topics
   * yet.
   *
   * @param streams configuration of Kafka Streams
   */
  public static RecordLimits of(Map<?, ?> streams, TopicNames topics, Admin admin) {
    Map<String, Object> configured = new StreamsConfig(streams).getProducerConfigs("record-limits");
    configured.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    configured.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    ProducerConfig producer = new ProducerConfig(configured);
    return new RecordLimits(
        topics.export(),
        topics.deadLetters(),
        Math.min(
            producer.getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
            producer.getLong(ProducerConfig.BUFFER_MEMORY_CONFIG)),
        RecordSize.compression(producer),
        admin);
  }

  /** Returns the limits of the instance of a processor. */
  public static RecordLimits of(ProcessorContext<?, ?> context) {
    return context.appConfigs().get(CONFIG) instanceof RecordLimits limits ? limits : NONE;
  }

  /** Record size limit of a topic. */
  public final class Limit {
    private final String topic;

    private Limit(String topic) {
      this.topic = topic;
    }

    /** Returns the name of the topic. */
    public String topic() {
      return topic;
    }

    /** Returns the maximum size of a record as a single batch, in bytes. */
    public long bytes() {
      return Math.min(maxRequestBytes, most.getOrDefault(topic, Long.MAX_VALUE));
    }

    /** Returns the maximum size of another value for this record, in bytes. */
    public long bytesBeside(Record<byte[], byte[]> record) {
      return bytes() - RecordSize.atMost(sent(record.withValue(null)));
    }

    /** Returns the sent size of a record, in bytes. */
    public long sizeOf(Record<byte[], byte[]> record) {
      return RecordSize.sent(sent(record), compression);
    }

    private ProducerRecord<byte[], byte[]> sent(Record<byte[], byte[]> record) {
      return new ProducerRecord<>(
          topic, null, record.timestamp(), record.key(), record.value(), record.headers());
    }

    /** Returns whether the topic accepts a record. */
    public boolean takes(Record<byte[], byte[]> record) {
      ProducerRecord<byte[], byte[]> sent = sent(record);
      long size = RecordSize.atMost(sent);
      long limit = bytes();
      return size <= limit - limit / COMPRESSION_OVERHEAD_SHARE
          || (size <= maxRequestBytes && RecordSize.sent(sent, compression) <= limit);
    }
  }

  public Limit export() {
    return new Limit(export);
  }

  public Limit deadLetters() {
    return new Limit(deadLetters);
  }

  /** Reads the limits of the topics. Keeps the known limit on a failure. */
  public void ask() {
    if (admin == null) {
      return; // no topics
    }
    List<ConfigResource> topics = new ArrayList<>();
    for (String topic : List.of(export, deadLetters)) {
      topics.add(new ConfigResource(ConfigResource.Type.TOPIC, topic));
    }
    try {
      Map<ConfigResource, Config> answers = admin.describeConfigs(topics).all().get();
      answers.forEach(
          (topic, config) ->
              lower(
                  topic.name(),
                  Long.parseLong(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value())));
    } catch (ExecutionException e) {
      LOG.atDebug().setCause(e).log("cannot read the record size limits of topics");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Records that a topic rejected a record. */
  void refused(ProducerRecord<byte[], byte[]> record) {
    long size = RecordSize.sent(record, compression);
    lower(record.topic(), size - 1);
    lastRefusal =
        "topic %s: refused a record of %d bytes, %d as sent"
            .formatted(record.topic(), RecordSize.atMost(record), size);
  }

  /**
   * Returns whether a failure is a rejected record of the export or dead letter topic. On a retry,
   * it becomes a dead letter.
   */
  public boolean isMendedBy(Throwable failure) {
    return isTooLarge(failure)
        && (lastRefusal.startsWith("topic " + export + ":")
            || lastRefusal.startsWith("topic " + deadLetters + ":"));
  }

  /** Returns a description of the last rejected record. */
  public String lastRefusal() {
    return lastRefusal;
  }

  /** Returns the rejected record and the required action. Empty for other failures. */
  public Optional<String> explain(Throwable failure) {
    return isTooLarge(failure)
        ? Optional.of(lastRefusal + " (expected: a larger max.message.bytes of the topic)")
        : Optional.empty();
  }

  private static boolean isTooLarge(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RecordTooLargeException) {
        return true;
      }
    }
    return false;
  }

  /** Lowers a limit. Only the next start can raise it. */
  private void lower(String topic, long bytes) {
    most.merge(topic, bytes, Math::min);
  }
}
