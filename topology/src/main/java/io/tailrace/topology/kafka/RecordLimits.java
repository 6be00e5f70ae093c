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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How large a record the export topic and the dead letter topic take. Asked for at the start, and
 * learned when a broker refuses a record, as it does once {@code max.message.bytes} has been
 * lowered. A record that is too large must be found out before it is sent: one that is refused
 * makes its transaction fail. Thread-safe.
 */
public final class RecordLimits {
  /** Key of the limits in the configuration of Kafka Streams, where processors find them. */
  public static final String CONFIG = "tailrace.record.limits";

  private static final Logger LOG = LoggerFactory.getLogger(RecordLimits.class);

  /** Bytes that do not compress become a little more. */
  private static final int COMPRESSION_OVERHEAD_SHARE = 16;

  private static final RecordLimits NONE =
      new RecordLimits("", "", Long.MAX_VALUE, Compression.NONE, null);

  private final String export;
  private final String deadLetters;
  private final long maxRequestBytes;
  private final Compression compression;
  private final Admin admin;
  private final Map<String, Long> most = new ConcurrentHashMap<>();
  private volatile String lastRefusal = "";

  /**
   * @param maxRequestBytes what the producer takes, before compression
   */
  RecordLimits(
      String export,
      String deadLetters,
      long maxRequestBytes,
      Compression compression,
      Admin admin) {
    this.export = export;
    this.deadLetters = deadLetters;
    this.maxRequestBytes = maxRequestBytes;
    this.compression = compression;
    this.admin = admin;
  }

  /**
   * Limits of producers with this configuration, the topics' own not asked for yet.
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
        Compression.of(producer.getString(ProducerConfig.COMPRESSION_TYPE_CONFIG)).build(),
        admin);
  }

  /** The limits of the instance that a processor runs in. */
  public static RecordLimits of(ProcessorContext<?, ?> context) {
    return context.appConfigs().get(CONFIG) instanceof RecordLimits limits ? limits : NONE;
  }

  /** Limit of a topic. */
  public final class Limit {
    private final String topic;

    private Limit(String topic) {
      this.topic = topic;
    }

    /** The topic's name. */
    public String topic() {
      return topic;
    }

    /** Largest record, in bytes, as a batch of its own. */
    public long bytes() {
      return Math.min(maxRequestBytes, most.getOrDefault(topic, Long.MAX_VALUE));
    }

    /** Largest value, in bytes, that the topic is sure to take in place of the record's. */
    public long bytesBeside(Record<byte[], byte[]> record) {
      return bytes() - RecordSize.atMost(sent(record.withValue(null)));
    }

    /** Size of a record as it is sent, in bytes. */
    public long sizeOf(Record<byte[], byte[]> record) {
      return RecordSize.sent(sent(record), compression);
    }

    private ProducerRecord<byte[], byte[]> sent(Record<byte[], byte[]> record) {
      return new ProducerRecord<>(
          topic, null, record.timestamp(), record.key(), record.value(), record.headers());
    }

    /** Whether the topic takes a record. */
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

  /** Asks what the topics take. What cannot be found out stays as it was. */
  public void ask() {
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
      LOG.atDebug().setCause(e).log("cannot ask how large a record may be");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes note of a record that a topic has not taken. */
  void refused(ProducerRecord<byte[], byte[]> record) {
    long size = RecordSize.sent(record, compression);
    lower(record.topic(), size - 1);
    lastRefusal =
        "topic %s: refused a record of %d bytes, %d as sent"
            .formatted(record.topic(), RecordSize.atMost(record), size);
  }

  /**
   * Whether a failure is a record that was too large for the export topic or the dead letter topic:
   * done again, it becomes a dead letter.
   */
  public boolean isMendedBy(Throwable failure) {
    return isTooLarge(failure)
        && (lastRefusal.startsWith("topic " + export + ":")
            || lastRefusal.startsWith("topic " + deadLetters + ":"));
  }

  /** The last record that a topic has not taken. */
  public String lastRefusal() {
    return lastRefusal;
  }

  /** What was refused, and what to mend; empty if the failure is another. */
  public Optional<String> explain(Throwable failure) {
    return isTooLarge(failure)
        ? Optional.of(lastRefusal + " (expected: a max.message.bytes of the topic that takes it)")
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

  /** A limit is raised by the next start only: what was refused is not tried again. */
  private void lower(String topic, long bytes) {
    most.merge(topic, bytes, Math::min);
  }
}
