package io.tailrace.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.gateway.OtlpReceiver;
import io.tailrace.topology.gateway.ReceiverSettings;
import io.tailrace.topology.gateway.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives OTLP and writes it to the ingest topic: from {@link #start} to {@link #close}.
 * Thread-safe.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** What the producer adds to a record: offsets, times, the batch's header. */
  private static final int RECORD_OVERHEAD_BYTES = 4 << 10;

  /** A request's answer comes a moment after Kafka has been given up. */
  private static final Duration BEYOND_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration TO_FIND_PARTITIONS = Duration.ofSeconds(60);

  private final PrometheusMeterRegistry prometheus =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OwnedResources resources = new OwnedResources();
  private final OtlpReceiver receiver;
  private final AdminServer adminServer;
  private boolean closed;

  /**
   * Starts one: makes or checks the ingest topic, then listens.
   *
   * @throws StartException if something is not as it must be; the message says how to mend it
   */
  public static Gateway start(TailraceConfig config) {
    return new Gateway(config);
  }

  private Gateway(TailraceConfig config) {
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
      int maxRecordBytes = maxRecordBytes(topic, config, clients);
      Duration timeout = config.get(Settings.GATEWAY_TIMEOUT);
      Map<String, Object> properties =
          clients.gatewayProducer(timeout, config.get(Settings.GATEWAY_IN_FLIGHT));
      Producer<byte[], byte[]> producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
      resources.own(() -> producer.close(BEYOND_TIMEOUT));
      awaitPartitions(producer, topic);
      RuntimeMetrics runtime = resources.own(new RuntimeMetrics(registry));
      runtime.bindJvm();
      runtime.bindProducer(producer);
      receiver =
          resources.own(
              OtlpReceiver.start(
                  new ReceiverSettings(
                      config.get(Settings.GATEWAY_HOST),
                      config.get(Settings.GATEWAY_GRPC_PORT),
                      config.get(Settings.GATEWAY_HTTP_PORT),
                      tls.orElse(null),
                      config.get(Settings.GATEWAY_MAX_REQUEST),
                      config.get(Settings.GATEWAY_IN_FLIGHT),
                      topic,
                      !config.get(Settings.UNKEYED),
                      maxRecordBytes,
                      timeout.plus(BEYOND_TIMEOUT)),
                  producer,
                  registry));
      adminServer = startAdminServer(config);
      LOG.atInfo()
          .addKeyValue("host", config.get(Settings.GATEWAY_HOST))
          .addKeyValue("grpc", receiver.grpcPort())
          .addKeyValue("http", receiver.httpPort())
          .addKeyValue("admin", adminPort())
          .addKeyValue("tls", tls.isPresent())
          .addKeyValue("topic", topic)
          .log("receiving OTLP");
    } catch (IOException e) {
      close();
      throw new StartException(e.getMessage(), e);
    } catch (KafkaException e) {
      close();
      throw KafkaFaults.atStart(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Port of OTLP/gRPC; -1 if there is none. */
  public int grpcPort() {
    return receiver.grpcPort();
  }

  /** Port of OTLP/HTTP; -1 if there is none. */
  public int httpPort() {
    return receiver.httpPort();
  }

  /** Port of {@code /metrics} and {@code /health}; -1 if there is none. */
  public int adminPort() {
    return adminServer == null ? -1 : adminServer.port();
  }

  /** The meters of this gateway. */
  public MeterRegistry metrics() {
    return prometheus;
  }

  /** Takes no more requests, answers those that it has when Kafka has, and frees all resources. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (receiver != null) {
      receiver.close(); // while /health/ready says that it is stopping
    }
    resources.close();
  }

  /** The producer itself waits for nothing: the first request would be refused. */
  private static void awaitPartitions(Producer<?, ?> producer, String topic) {
    long deadline = System.nanoTime() + TO_FIND_PARTITIONS.toNanos();
    while (true) {
      try {
        producer.partitionsFor(topic);
        return;
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

  private static int maxRecordBytes(String topic, TailraceConfig config, ClientProperties clients) {
    try (Admin admin = Admin.create(clients.admin())) {
      long largest = new Topics(admin, config).ensureIngest(topic);
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
    return certificate.map(chain -> new Tls(chain, key.get()));
  }

  private AdminServer startAdminServer(TailraceConfig config) {
    int port = config.get(Settings.GATEWAY_ADMIN_PORT);
    return port < 0
        ? null
        : resources.own(
            new AdminServer(
                config.get(Settings.ADMIN_HOST),
                port,
                prometheus,
                () -> new AdminServer.Health(true, "running"),
                this::ready));
  }

  /** Not whether Kafka answers: all gateways would be unready at once, and nobody be told why. */
  private AdminServer.Health ready() {
    boolean isOpen = receiver.isOpen();
    return new AdminServer.Health(isOpen, isOpen ? "receiving" : "stopping");
  }
}
