package io.tailrace.topology.kafka;

import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;

/** Properties of the Kafka clients. User properties override these defaults. */
public final class ClientProperties {
  private static final int BATCH_BYTES = 128 << 10;
  private static final int MAX_REQUEST_BYTES = 64 << 20;
  private static final int LARGEST_DOCUMENT_BYTES = 16 << 20;
  private static final long MIN_GATEWAY_BUFFER_BYTES = 32 << 20;

  /** Kafka adds it to the current time, so {@code Long.MAX_VALUE} would overflow. */
  private static final long FOR_EVER_MILLIS = Duration.ofDays(36_500).toMillis();

  /**
   * Maximum wait for more records at the end. With the default of half a second, close waits that
   * long.
   */
  private static final int LOOK_WAITS_MILLIS = 50;

  /** The default of 3 takes twice as much CPU for nearly the same ratio. */
  private static final int ZSTD_LEVEL = 1;

  private static final int SHORT_ID_CHARS = 8;

  private final TailraceConfig config;
  private final Map<String, String> kafka;

  public ClientProperties(TailraceConfig config) {
    this.config = config;
    kafka = new HashMap<>(config.kafka());
    if (kafka.containsKey(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG)
        || kafka.containsKey(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG)) {
      // Kafka's own one reads the files once: an expired certificate would require a restart.
      kafka.putIfAbsent(
          SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, RenewedCertificates.class.getName());
    }
  }

  public Map<String, Object> admin() {
    return new HashMap<>(kafka);
  }

  /** Returns properties for a consumer that follows the config topic. */
  public Map<String, Object> policyConsumer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"); // no group: read from the start
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // the topic was recreated
    // Brokers with automatic creation would create a missing topic without compaction.
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"); // others may use transactions
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.putAll(kafka);
    return properties;
  }

  /** Returns properties for a consumer that reads the config topic to its current end. */
  public Map<String, Object> policyLookingConsumer() {
    Map<String, Object> properties = policyConsumer();
    properties.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, LOOK_WAITS_MILLIS);
    return properties;
  }

  /** Returns properties for a consumer that reads the log like an instance, without its group. */
  public Map<String, Object> lookingConsumer() {
    Map<String, Object> properties = logConsumer();
    properties.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, LOOK_WAITS_MILLIS);
    return properties;
  }

  private Map<String, Object> logConsumer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"); // no group
    properties.put(
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "earliest"); // retention can delete records during a slow read
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        config.get(Settings.EXACTLY_ONCE) ? "read_committed" : "read_uncommitted");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.putAll(kafka);
    return properties;
  }

  /** Returns properties for a consumer of keep requests and their results. */
  public Map<String, Object> keepConsumer() {
    Map<String, Object> properties = logConsumer();
    properties.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"); // others may use transactions
    return properties;
  }

  /** Returns properties for a producer of a publishing command. */
  public Map<String, Object> commandProducer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_DOCUMENT_BYTES); // the topic's rule
    properties.putAll(kafka);
    return properties;
  }

  /**
   * Returns properties for the gateway's producer, which acknowledges replicated spans.
   *
   * @param inFlight maximum bytes that wait for an acknowledgement
   */
  public Map<String, Object> gatewayProducer(Duration timeout, long inFlight) {
    int millis = Math.toIntExact(timeout.toMillis());
    Map<String, Object> properties = new HashMap<>();
    // Senders do not wait longer.
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2); // leaves time for a retry
    properties.put(
        ProducerConfig.LINGER_MS_CONFIG, Math.min(5, millis / 4)); // the default, or less
    properties.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, FOR_EVER_MILLIS); // see max.block.ms
    // Each partition allocates a whole batch. The number of requests is limited elsewhere.
    properties.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(2 * inFlight, MIN_GATEWAY_BUFFER_BYTES));
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES); // the topic's rule
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"); // spans resemble each other
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    properties.putAll(kafka);
    // Not configurable: acknowledged records are on all in-sync replicas, once.
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    // Requests fail immediately while no broker is known. Otherwise each record would block later
    // requests longer than their senders wait.
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
    return properties;
  }

  /**
   * Returns properties for reports, which can wait but must not fill the heap or delay a shutdown.
   */
  public Map<String, Object> reportProducer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 3_000); // reports are retried anyway
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, LARGEST_DOCUMENT_BYTES);
    properties.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_DOCUMENT_BYTES); // the topic's rule
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"); // documents are text
    properties.putAll(kafka);
    return properties;
  }

  /**
   * Returns the properties of Kafka Streams.
   *
   * @param instance prefix of all client IDs, which identifies the members of the group
   */
  public Properties streams(String instance) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.get(Settings.APPLICATION_ID));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, config.get(Settings.STATE_DIR).toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.get(Settings.THREADS));
    properties.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        config.get(Settings.EXACTLY_ONCE)
            ? StreamsConfig.EXACTLY_ONCE_V2
            : StreamsConfig.AT_LEAST_ONCE);
    properties.put(
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.get(Settings.COMMIT_INTERVAL).toMillis());
    // Tasks are restored from the log in seconds: move them at once, without standby.
    properties.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, Long.MAX_VALUE);
    // Wait for a missing broker without limit.
    properties.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, Long.MAX_VALUE);
    // Each task has one input partition, so there is none to wait for.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    preset(
        properties,
        StreamsConfig.PRODUCER_PREFIX,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        Integer.MAX_VALUE);
    preset(
        properties,
        StreamsConfig.PRODUCER_PREFIX,
        ProducerConfig.MAX_BLOCK_MS_CONFIG,
        Long.MAX_VALUE);
    // Time until a killed instance is replaced. The default of 45 s delays open traces too long.
    preset(
        properties,
        StreamsConfig.MAIN_CONSUMER_PREFIX,
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
        10_000);
    // Members learn of a rebalance by heartbeat, and until all know, moved partitions are not
    // decided: with the default of 3 s, twice when an instance joins.
    preset(
        properties,
        StreamsConfig.MAIN_CONSUMER_PREFIX,
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
        300);
    // Restores records without a key too.
    properties.put(
        StreamsConfig.restoreConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
        NullKeysForRestore.class.getName());
    // The default of half a second delays every restore of a thread when one of its tasks has no
    // more records.
    preset(
        properties,
        StreamsConfig.RESTORE_CONSUMER_PREFIX,
        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
        LOOK_WAITS_MILLIS);
    compress(properties);
    // The default of 16 KiB holds about thirty spans, compresses worse, and costs the broker as
    // much per batch.
    preset(
        properties, StreamsConfig.PRODUCER_PREFIX, ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    // The start checks the limits of the topics; the client must not be stricter.
    preset(
        properties,
        StreamsConfig.PRODUCER_PREFIX,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        MAX_REQUEST_BYTES);
    properties.putAll(kafka);
    properties.put(StreamsConfig.CLIENT_ID_CONFIG, instance);
    // Reports which record was too large for which topic.
    properties.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, RefusedRecords.class.getName());
    return properties;
  }

  /**
   * Sets the compression. Spans of a batch are similar: LZ4 leaves a quarter of the bytes for
   * little CPU. Unkeyed mode writes all spans again, and Kafka replicates them: zstd leaves less.
   */
  private void compress(Properties properties) {
    boolean isShuffle = config.ingestMode() == IngestMode.UNKEYED;
    String prefix = StreamsConfig.PRODUCER_PREFIX;
    preset(properties, prefix, ProducerConfig.COMPRESSION_TYPE_CONFIG, isShuffle ? "zstd" : "lz4");
    if (isShuffle) {
      preset(properties, prefix, ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, ZSTD_LEVEL);
    }
  }

  /** Returns the time after which the broker removes a killed instance. */
  public Duration sessionTimeout() {
    String key = ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG;
    Properties properties = streams("");
    Object millis = properties.get(StreamsConfig.MAIN_CONSUMER_PREFIX + key);
    return Duration.ofMillis(
        (int)
            ConfigDef.parseType(
                key, millis == null ? properties.get(key) : millis, ConfigDef.Type.INT));
  }

  /** Returns a new unique name for an instance. A configured {@code client.id} is its prefix. */
  public String newInstance() {
    String prefix =
        kafka.getOrDefault(StreamsConfig.CLIENT_ID_CONFIG, config.get(Settings.APPLICATION_ID));
    return prefix + "-" + UUID.randomUUID().toString().substring(0, SHORT_ID_CHARS);
  }

  /** Sets a default for some clients unless the property is configured for all clients. */
  private void preset(Properties properties, String prefix, String property, Object value) {
    if (!kafka.containsKey(property)) {
      properties.put(prefix + property, value);
    }
  }
}
