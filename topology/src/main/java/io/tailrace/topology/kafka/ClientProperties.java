package io.tailrace.topology.kafka;

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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;

/** The properties of the Kafka clients: ours, each with its reason, below the user's. */
public final class ClientProperties {
  private static final int BATCH_BYTES = 128 << 10;
  private static final int MAX_REQUEST_BYTES = 64 << 20;
  private static final int LARGEST_DOCUMENT_BYTES = 16 << 20;
  private static final long MIN_GATEWAY_BUFFER_BYTES = 32 << 20;

  /** Kafka adds it to the time: {@code Long.MAX_VALUE} would be in the past. */
  private static final long FOR_EVER_MILLIS = Duration.ofDays(36_500).toMillis();

  /** Who reads to an end need not wait there for more, half a second by default; closing does. */
  private static final int LOOK_WAITS_MILLIS = 50;

  private static final int SHORT_ID_CHARS = 8;

  private final TailraceConfig config;

  public ClientProperties(TailraceConfig config) {
    this.config = config;
  }

  public Map<String, Object> admin() {
    return new HashMap<>(config.kafka());
  }

  /** For who follows the config topic. */
  public Map<String, Object> policyConsumer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"); // no group: read from the start
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // the topic was made anew
    // One that is missing would be made without compaction, by brokers that make topics.
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"); // others may use transactions
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.putAll(config.kafka());
    return properties;
  }

  /** For a look at the config topic, up to what is on it now. */
  public Map<String, Object> policyLookingConsumer() {
    Map<String, Object> properties = policyConsumer();
    properties.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, LOOK_WAITS_MILLIS);
    return properties;
  }

  /** For a look at the log beside the fleet, which sees what instances see. */
  public Map<String, Object> lookingConsumer() {
    Map<String, Object> properties = logConsumer();
    properties.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, LOOK_WAITS_MILLIS);
    return properties;
  }

  private Map<String, Object> logConsumer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"); // no group
    properties.put(
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // retention may overtake a slow look
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        config.get(Settings.EXACTLY_ONCE) ? "read_committed" : "read_uncommitted");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.putAll(config.kafka());
    return properties;
  }

  /** For requests to keep traces, and the answers. */
  public Map<String, Object> keepConsumer() {
    Map<String, Object> properties = logConsumer();
    properties.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"); // others may use transactions
    return properties;
  }

  /** For a command that publishes. */
  public Map<String, Object> commandProducer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_DOCUMENT_BYTES); // the topic's rule
    properties.putAll(config.kafka());
    return properties;
  }

  /**
   * For spans that are acknowledged when Kafka has them.
   *
   * @param inFlight bytes that wait to be acknowledged, at most
   */
  public Map<String, Object> gatewayProducer(Duration timeout, long inFlight) {
    int millis = Math.toIntExact(timeout.toMillis());
    Map<String, Object> properties = new HashMap<>();
    // Who waits for the answer does not wait for ever.
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2); // time for another try
    properties.put(
        ProducerConfig.LINGER_MS_CONFIG, Math.min(5, millis / 4)); // the default, or less
    properties.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, FOR_EVER_MILLIS); // see max.block.ms
    // A partition takes a batch's share however little is in it; requests are bounded before.
    properties.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(2 * inFlight, MIN_GATEWAY_BUFFER_BYTES));
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES); // the topic's rule
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"); // spans resemble each other
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    properties.putAll(config.kafka());
    // Not for anyone to weaken: what is acknowledged is what all replicas in sync have, once.
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    // While no broker is known a request is refused at once: else each of its records would hold
    // up those behind it, longer than their senders wait for an answer.
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
    return properties;
  }

  /** For reports, which may wait but must not fill the heap or hold up the end. */
  public Map<String, Object> reportProducer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 3_000); // it is tried again anyway
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, LARGEST_DOCUMENT_BYTES);
    properties.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_DOCUMENT_BYTES); // the topic's rule
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"); // documents are text
    properties.putAll(config.kafka());
    return properties;
  }

  /**
   * Properties of Kafka Streams.
   *
   * @param instance prefix of all client ids: by it the members of the group are told apart
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
    // A task is restored in seconds from the log: move it at once, never warm up a standby.
    properties.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, Long.MAX_VALUE);
    // Broker away: wait for it, however long, rather than die.
    properties.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, Long.MAX_VALUE);
    // Each task has one input partition, and none to wait for; by default every record asks anew.
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
    // A killed instance is replaced after this; the broker's 45 s is long for open traces to wait.
    preset(
        properties,
        StreamsConfig.MAIN_CONSUMER_PREFIX,
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
        10_000);
    // A member hears of a rebalance by its next heartbeat, and until all have heard of it what
    // moves is not decided: by default, 3 s, twice when an instance joins.
    preset(
        properties,
        StreamsConfig.MAIN_CONSUMER_PREFIX,
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
        300);
    // Spans without a key must be restored too.
    properties.put(
        StreamsConfig.restoreConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
        NullKeysForRestore.class.getName());
    // A task that has little to restore is not held up by one that has read all it has: half a
    // second by default, for each of a thread's restores.
    preset(
        properties,
        StreamsConfig.RESTORE_CONSUMER_PREFIX,
        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
        LOOK_WAITS_MILLIS);
    // Spans of one batch resemble each other: a quarter of the bytes, for little CPU.
    preset(
        properties, StreamsConfig.PRODUCER_PREFIX, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    // The default, 16 KiB, makes batches of some thirty spans: these resemble each other less, and
    // each costs the broker as much as a large one.
    preset(
        properties, StreamsConfig.PRODUCER_PREFIX, ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    // The topics' own limits are checked at the start; the client must not be stricter.
    preset(
        properties,
        StreamsConfig.PRODUCER_PREFIX,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        MAX_REQUEST_BYTES);
    properties.putAll(config.kafka());
    properties.put(StreamsConfig.CLIENT_ID_CONFIG, instance);
    // Says which record was too large, and for which topic.
    properties.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, RefusedRecords.class.getName());
    return properties;
  }

  /** After which the broker gives up an instance that was killed. */
  public Duration sessionTimeout() {
    String key = ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG;
    Properties properties = streams("");
    Object millis = properties.get(StreamsConfig.MAIN_CONSUMER_PREFIX + key);
    return Duration.ofMillis(
        (int)
            ConfigDef.parseType(
                key, millis == null ? properties.get(key) : millis, ConfigDef.Type.INT));
  }

  /**
   * A new name for an instance, unlike all others: {@code client.id} if configured is its prefix.
   */
  public String newInstance() {
    String prefix =
        config
            .kafka()
            .getOrDefault(StreamsConfig.CLIENT_ID_CONFIG, config.get(Settings.APPLICATION_ID));
    return prefix + "-" + UUID.randomUUID().toString().substring(0, SHORT_ID_CHARS);
  }

  /** A default for some of the clients, unless the property is configured for all of them. */
  private void preset(Properties properties, String prefix, String property, Object value) {
    if (!config.kafka().containsKey(property)) {
      properties.put(prefix + property, value);
    }
  }
}
