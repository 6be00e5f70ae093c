package io.tailrace.topology.gateway;

import static io.tailrace.topology.gateway.Requests.span;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A receiver with small limits, whose Kafka acknowledges at once. */
final class AttackedReceiver implements AutoCloseable {
  static final int MAX_REQUEST = 256 << 10;
  static final int IN_FLIGHT = 1 << 20;
  static final int MAX_CONNECTIONS = 100;
  static final int TRANSFER_BYTES = 2 << 20;

  /** Larger than what the limits of time allow, on a slow machine, too. */
  static final int PATIENCE_MILLIS = 20_000;

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final OtlpReceiver receiver;
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  AttackedReceiver(Duration toTransfer) throws IOException {
    this(MAX_CONNECTIONS, toTransfer);
  }

  AttackedReceiver(int maxConnections, Duration toTransfer) throws IOException {
    receiver =
        OtlpReceiver.start(
            new ReceiverSettings(
                "127.0.0.1",
                0,
                0,
                null,
                List.of(),
                MAX_REQUEST,
                IN_FLIGHT,
                "spans",
                true,
                Duration.ofSeconds(1)),
            new SenderLimits(maxConnections, TRANSFER_BYTES, toTransfer, Duration.ofSeconds(1)),
            registry);
    receiver.writeTo(kafka, 1 << 20);
  }

  int http() {
    return receiver.httpPort();
  }

  int grpc() {
    return receiver.grpcPort();
  }

  /** Checks that other senders are served, on new connections. */
  void assertServesOthers() throws Exception {
    try (OtlpClient sender = new OtlpClient(receiver)) {
      assertThat(
              sender
                  .http("application/x-protobuf", Requests.of(span(1)))
                  .get(10, TimeUnit.SECONDS)
                  .statusCode())
          .isEqualTo(200);
      assertThat(sender.grpc(Requests.of(span(2))).get(10, TimeUnit.SECONDS)).isEmpty();
    }
  }

  long transferBytes() {
    return receiver.transferBytes();
  }

  double inFlight() {
    return registry.get("tailrace.gateway.in.flight").gauge().value();
  }

  double refused(String reason) {
    return registry.get("tailrace.gateway.refused").tag("reason", reason).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + PATIENCE_MILLIS + " ms");
      }
      Thread.onSpinWait();
    }
  }

  /** Returns as many gzip members as wanted, each of so many equal bytes. */
  static byte[] members(int count, int bytes, char value) throws IOException {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(member)) {
      out.write(String.valueOf(value).repeat(bytes).getBytes());
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      all.writeBytes(member.toByteArray());
    }
    return all.toByteArray();
  }

  @Override
  public void close() {
    receiver.close();
  }
}
