package io.tailrace.topology.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives OTLP by gRPC and HTTP, from {@link #start} to {@link #close}. Thread-safe. */
public final class OtlpReceiver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OtlpReceiver.class);

  private final ReceiverSettings settings;
  private final SenderLimits limits;
  private final InFlight inFlight;
  private final Transfers transfers;
  private final ExecutorService workers;
  private final ScheduledThreadPoolExecutor clock;
  private final Intake intake;
  private @Nullable TlsKeys tls;
  private @Nullable GrpcEndpoint grpc;
  private @Nullable HttpEndpoint http;

  /**
   * Starts to listen. Until there is a producer, requests get an error that asks for a retry.
   *
   * @throws IOException if it cannot listen; the message names the setting
   */
  public static OtlpReceiver start(ReceiverSettings settings, MeterRegistry registry)
      throws IOException {
    return start(
        settings,
        SenderLimits.of(Runtime.getRuntime().maxMemory(), settings.maxInFlightBytes()),
        registry);
  }

  static OtlpReceiver start(ReceiverSettings settings, SenderLimits limits, MeterRegistry registry)
      throws IOException {
    OtlpReceiver receiver = new OtlpReceiver(settings, limits, registry);
    try {
      receiver.listen();
      return receiver;
    } catch (IOException | RuntimeException e) {
      receiver.close();
      throw e;
    }
  }

  private OtlpReceiver(ReceiverSettings settings, SenderLimits limits, MeterRegistry registry) {
    this.settings = settings;
    this.limits = limits;
    transfers = new Transfers(limits.transferBytes(), limits.toTransfer());
    inFlight = new InFlight(settings.maxInFlightBytes());
    AtomicInteger count = new AtomicInteger();
    workers =
        Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            work -> {
              Thread thread = new Thread(work, "tailrace-gateway-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    clock =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "tailrace-gateway-timeouts");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true); // nearly all are cancelled
    intake =
        new Intake(
            inFlight,
            new BearerTokens(settings.tokens()),
            workers,
            new GatewayMetrics(registry, inFlight));
  }

  /**
   * Accepts requests from now on.
   *
   * @param producer must acknowledge only replicated records; the caller closes it
   * @param maxRecordBytes record size limit; larger content becomes several records
   */
  public void writeTo(Producer<byte[], byte[]> producer, int maxRecordBytes) {
    intake.writeTo(
        new Intake.Route(
            ThreadLocal.withInitial(() -> new RequestCutter(settings.keyed(), maxRecordBytes)),
            new KafkaWriter(producer, settings.topic(), clock, settings.toDrain())));
  }

  private void listen() throws IOException {
    if (settings.tls() != null) {
      tls = new TlsKeys(settings.tls());
    }
    if (settings.grpcPort() >= 0) {
      try {
        grpc =
            new GrpcEndpoint(
                address(settings.grpcPort()),
                tls,
                intake,
                workers,
                settings.maxRequestBytes(),
                limits,
                transfers);
      } catch (IOException | IllegalArgumentException e) {
        throw cannot("gateway.grpc_port", settings.grpcPort(), e);
      }
    }
    if (settings.httpPort() >= 0) {
      try {
        http =
            new HttpEndpoint(
                address(settings.httpPort()),
                tls,
                intake,
                settings.maxRequestBytes(),
                limits,
                transfers);
      } catch (IOException | IllegalArgumentException e) {
        throw cannot("gateway.http_port", settings.httpPort(), e);
      }
    }
  }

  /** Reads the files of TLS again if they have changed, for new connections. */
  public void refreshKeys() {
    if (tls != null) {
      tls.refresh();
    }
  }

  /** Returns the port of OTLP/gRPC; -1 if disabled. */
  public int grpcPort() {
    return grpc == null ? -1 : grpc.port();
  }

  /** Returns the port of OTLP/HTTP; -1 if disabled. */
  public int httpPort() {
    return http == null ? -1 : http.port();
  }

  /** Returns the memory of requests that are being received. */
  long transferBytes() {
    return transfers.bytes();
  }

  /** Returns whether it accepts requests. */
  public boolean isOpen() {
    return !inFlight.isClosed();
  }

  /** Refuses new requests, answers pending ones, and releases all resources. */
  @Override
  public void close() {
    inFlight.close();
    try {
      if (grpc != null) {
        grpc.stopListening();
      }
      if (http != null) {
        http.stopListening();
      }
      if (!inFlight.awaitNone(settings.toDrain())) {
        LOG.atWarn().log("requests without an answer after {}", settings.toDrain());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (grpc != null) {
        grpc.close();
      }
      if (http != null) {
        http.close();
      }
      transfers.close();
      clock.shutdownNow();
      workers.shutdownNow();
    }
  }

  private InetSocketAddress address(int port) {
    return new InetSocketAddress(settings.host(), port);
  }

  private IOException cannot(String setting, int port, Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new IOException(
        "%s: %d on %s: %s (expected: a free port of an address of this machine)"
            .formatted(setting, port, settings.host(), root.getMessage()),
        e);
  }
}
