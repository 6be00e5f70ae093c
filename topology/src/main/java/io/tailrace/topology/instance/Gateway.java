package io.tailrace.topology.instance;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.gateway.OtlpReceiver;
import io.tailrace.topology.gateway.ReceiverSettings;
import io.tailrace.topology.gateway.Tls;
import io.tailrace.topology.kafka.BackgroundLoops;
import io.tailrace.topology.kafka.BrokerWait;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.KafkaFaults;
import io.tailrace.topology.kafka.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives OTLP and writes it to the ingest topic: from {@link #start} to {@link #close}.
 * Thread-safe.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** Overhead of a record: offsets, timestamps, batch header. */
  private static final int RECORD_OVERHEAD_BYTES = 4 << 10;

  /** Time between the timeout of Kafka and the answer. */
  private static final Duration BEYOND_TIMEOUT = Duration.ofSeconds(2);

  /** Interval at which files of TLS are checked for changes. */
  private static final Duration BETWEEN_KEY_CHECKS = Duration.ofSeconds(10);

  private static final Duration TO_FIND_PARTITIONS = Duration.ofSeconds(5);

  private final PrometheusMeterRegistry prometheus =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OwnedResources resources = new OwnedResources();
  private final OtlpReceiver receiver;
  private final @Nullable AdminServer adminServer;
  private final BrokerWait brokers;
  private volatile boolean isWriting;
  private boolean closed;

  /**
   * Starts a gateway. Until Kafka answers, it refuses requests with a retry. Creates or checks the
   * ingest topic. Returns when it accepts requests.
   *
   * @throws StartException if the start fails; the message says how to correct it
   */
  public static Gateway start(TailraceConfig config) {
    return new Gateway(config);
  }

  private Gateway(TailraceConfig config) {
    brokers = new BrokerWait(config.bootstrapServers());
    try {
      ClientProperties clients = new ClientProperties(config);
      OwnTelemetry telemetry = resources.own(OwnTelemetry.ofGateway(config, clients.newInstance()));
      MeterRegistry registry = telemetry.beside(prometheus);
      registry.config().meterFilter(RuntimeMetrics.telling());
      registry
          .config()
          .meterFilter(MeterFilter.denyNameStartsWith("kafka.producer.txn")); // it has none
      Optional<Tls> tls = tls(config);
      String topic = target(config);
      Duration timeout = config.get(Settings.GATEWAY_TIMEOUT);
      RuntimeMetrics runtime = resources.own(new RuntimeMetrics(registry));
      runtime.bindProcess();
      adminServer = startAdminServer(config); // reports the wait for Kafka
      receiver =
          resources.own(
              OtlpReceiver.start(
                  new ReceiverSettings(
                      config.get(Settings.GATEWAY_HOST),
                      config.get(Settings.GATEWAY_GRPC_PORT),
                      config.get(Settings.GATEWAY_HTTP_PORT),
                      tls.orElse(null),
                      config.get(Settings.GATEWAY_TOKENS),
                      config.get(Settings.GATEWAY_MAX_REQUEST),
                      config.get(Settings.GATEWAY_IN_FLIGHT),
                      topic,
                      config.ingestMode() == IngestMode.KEYED,
                      timeout.plus(BEYOND_TIMEOUT)),
                  registry));
      resources
          .own(new BackgroundLoops())
          .start(
              "tailrace-keys",
              BETWEEN_KEY_CHECKS,
              () -> {
                receiver.refreshKeys();
                return BETWEEN_KEY_CHECKS;
              });
      int maxRecordBytes = maxRecordBytes(topic, config, clients);
      Map<String, Object> properties =
          clients.gatewayProducer(timeout, config.get(Settings.GATEWAY_IN_FLIGHT));
      Producer<byte[], byte[]> producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
      resources.own(() -> producer.close(BEYOND_TIMEOUT));
      runtime.bindProducer(producer);
      brokers.untilAnswered(() -> partitions(producer, topic));
      receiver.writeTo(producer, maxRecordBytes);
      isWriting = true;
      LOG.atInfo()
          .addKeyValue("host", config.get(Settings.GATEWAY_HOST))
          .addKeyValue("grpc", receiver.grpcPort())
          .addKeyValue("http", receiver.httpPort())
          .addKeyValue("admin", adminPort())
          .addKeyValue("tls", tls.isPresent())
          .addKeyValue("tokens", !config.get(Settings.GATEWAY_TOKENS).isEmpty())
          .addKeyValue("topic", topic)
          .log("receiving OTLP");
    } catch (IOException e) {
      close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      close();
      throw KafkaFaults.atStart(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Returns the port of OTLP/gRPC, or -1 for none. */
  public int grpcPort() {
    return receiver.grpcPort();
  }

  /** Returns the port of OTLP/HTTP, or -1 for none. */
  public int httpPort() {
    return receiver.httpPort();
  }

  /** Returns the port of {@code /metrics} and {@code /health}, or -1 for none. */
  public int adminPort() {
    return adminServer == null ? -1 : adminServer.port();
  }

  /** Refuses new requests, answers pending ones after Kafka, and frees all resources. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (receiver != null) {
      receiver.close(); // /health/ready reports the stop meanwhile
    }
    resources.close();
  }

  /** Fetches metadata in advance, since the producer never blocks and would refuse a request. */
  private static List<PartitionInfo> partitions(Producer<?, ?> producer, String topic) {
    long deadline = System.nanoTime() + TO_FIND_PARTITIONS.toNanos();
    while (true) {
      try {
        return producer.partitionsFor(topic);
      } catch (TimeoutException notYet) {
        if (System.nanoTime() > deadline) {
          throw notYet;
        }
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted while looking for the partitions of " + topic, e);
      }
    }
  }

  private int maxRecordBytes(String topic, TailraceConfig config, ClientProperties clients) {
    try (Admin admin = brokers.contact(clients)) {
      long largest = brokers.untilAnswered(() -> new Topics(admin, config).ensureIngest(topic));
      return (int)
          Math.max(
              RECORD_OVERHEAD_BYTES,
              Math.min(config.get(Settings.MAX_EXPORT_RECORD), largest - RECORD_OVERHEAD_BYTES));
    }
  }

  private static String target(TailraceConfig config) {
    return config.ingest().named().stream()
        .filter(topic -> topic.encoding() == Encoding.OTLP_PROTO)
        .map(IngestTopic::name)
        .findFirst()
        .orElseThrow(
            () ->
                new StartException(
                    "topics.ingest: no name of a topic of otlp_proto (expected: one, for the gateway"
                        + " to write to; patterns are for reading)"));
  }

  private static Optional<Tls> tls(TailraceConfig config) {
    Optional<Path> certificate = config.get(Settings.GATEWAY_TLS_CERT);
    Optional<Path> key = config.get(Settings.GATEWAY_TLS_KEY);
    if (certificate.isPresent() != key.isPresent()) {
      throw new StartException(
          "gateway.%s: absent (expected: gateway.tls_cert and gateway.tls_key, or neither)"
              .formatted(key.isPresent() ? "tls_cert" : "tls_key"));
    }
    Optional<Path> clientCa = config.get(Settings.GATEWAY_TLS_CLIENT_CA);
    if (clientCa.isPresent() && certificate.isEmpty()) {
      throw new StartException(
          "gateway.tls_client_ca: %s (expected: with gateway.tls_cert and gateway.tls_key only)"
              .formatted(clientCa.get()));
    }
    return certificate.map(chain -> new Tls(chain, key.get(), clientCa.orElse(null)));
  }

  private @Nullable AdminServer startAdminServer(TailraceConfig config) {
    int port = config.get(Settings.GATEWAY_ADMIN_PORT);
    return port < 0
        ? null
        : resources.own(
            new AdminServer(
                config.get(Settings.ADMIN_HOST),
                port,
                Settings.GATEWAY_ADMIN_PORT.path(),
                prometheus,
                () -> new AdminServer.Health(true, "running"),
                this::ready));
  }

  /**
   * Returns whether Kafka has answered once. The current state does not count: all gateways would
   * be unready at the same time, and senders would get refused connections instead of a retry.
   */
  private AdminServer.Health ready() {
    if (!isWriting) {
      return new AdminServer.Health(false, brokers.pending().orElse("starting"));
    }
    boolean isOpen = receiver.isOpen();
    return new AdminServer.Health(isOpen, isOpen ? "receiving" : "stopping");
  }
}
