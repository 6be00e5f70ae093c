package io.tailrace.topology.gateway;

import static io.tailrace.topology.gateway.Requests.span;
import static io.tailrace.topology.gateway.Requests.withoutTraceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What senders are told, and when; the producer is one that acknowledges when the test says so. */
class OtlpReceiverTest {
  private static final int MAX_RECORD = 1 << 20;
  private static final int MAX_REQUEST = 32 << 10;
  private static final int IN_FLIGHT = 40 << 10;
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final String TRACE = "5b8aa5a2d2c872e8321cf37308d69df2";
  private static final String JSON_SPAN =
      "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"" + TRACE + "\"}]}]}]}";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private OtlpReceiver receiver;
  private OtlpClient client;

  @BeforeEach
  void start() throws Exception {
    receiver = OtlpReceiver.start(settings(), registry);
    receiver.writeTo(kafka, MAX_RECORD);
    client = new OtlpClient(receiver);
  }

  private static ReceiverSettings settings(String... tokens) {
    return new ReceiverSettings(
        "127.0.0.1",
        0,
        0,
        null,
        List.of(tokens),
        MAX_REQUEST,
        IN_FLIGHT,
        "spans",
        true,
        Duration.ofSeconds(10));
  }

  @AfterEach
  void stop() {
    while (kafka.completeNext()) {}
    receiver.close();
    client.close();
  }

  @Test
  void answersOnlyWhenKafkaHasEveryRecord_grpc() throws Exception {
    CompletableFuture<byte[]> answer = client.grpc(Requests.of(span(1), span(2)));
    until(() -> kafka.history().size() == 2);
    assertThat(answer).isNotDone();

    kafka.completeNext();
    assertNotAnsweredSoon(answer);

    kafka.completeNext();
    assertThat(answer.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(keys()).containsExactly(Requests.key(1), Requests.key(2));
  }

  @Test
  void answersOnlyWhenKafkaHasEveryRecord_http() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.http(PROTOBUF, Requests.of(span(1), span(2)));
    until(() -> kafka.history().size() == 2);
    kafka.completeNext();
    assertNotAnsweredSoon(answer);

    kafka.completeNext();
    HttpResponse<byte[]> answered = answer.get(10, TimeUnit.SECONDS);
    assertThat(answered.statusCode()).isEqualTo(200);
    assertThat(answered.headers().firstValue("Content-Type")).contains(PROTOBUF);
    assertThat(answered.body()).isEmpty();
  }

  @Test
  void tellsToTryAgain_beforeThereIsAProducer() throws Exception {
    try (OtlpReceiver waiting = OtlpReceiver.start(settings(), new SimpleMeterRegistry());
        OtlpClient sender = new OtlpClient(waiting)) {
      HttpResponse<byte[]> http =
          sender.http(PROTOBUF, Requests.of(span(1))).get(10, TimeUnit.SECONDS);
      assertThat(http.statusCode()).isEqualTo(503);
      assertThat(http.headers().firstValue("Retry-After")).contains("1");
      assertThat(new String(http.body(), StandardCharsets.UTF_8)).contains("waits for Kafka");
      assertThatThrownBy(() -> sender.grpc(Requests.of(span(1))).get(10, TimeUnit.SECONDS))
          .hasMessageContaining("UNAVAILABLE: the gateway waits for Kafka: try again later");

      waiting.writeTo(kafka, MAX_RECORD);
      CompletableFuture<byte[]> taken = sender.grpc(Requests.of(span(1)));
      until(() -> kafka.history().size() == 1);
      kafka.completeNext();
      assertThat(taken.get(10, TimeUnit.SECONDS)).isEmpty();
    }
  }

  /** A producer without an ID, as it has none before Kafka has answered, does not time out. */
  @Test
  void tellsToTryAgain_whenTheProducerGivesNoResult() throws Exception {
    ReceiverSettings impatient =
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
            Duration.ofMillis(500));
    try (OtlpReceiver waiting = OtlpReceiver.start(impatient, registry);
        OtlpClient sender = new OtlpClient(waiting)) {
      waiting.writeTo(kafka, MAX_RECORD);
      CompletableFuture<HttpResponse<byte[]>> http =
          sender.http(PROTOBUF, Requests.of(span(1), span(2)));
      assertThat(failure(sender.grpc(Requests.of(span(1)))).getStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      HttpResponse<byte[]> answer = http.get(10, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(status(answer.body()).getMessage()).contains("no result within PT0.5S");
      assertThat(kafka.history()).hasSize(3);

      while (kafka.completeNext()) {} // too late
      assertThat(refused("kafka")).isEqualTo(2);
    }
  }

  @Test
  void wantsAToken_whereTokensAreSet() throws Exception {
    String first = "first-token-of-senders";
    String second = "second-token-of-senders";
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (OtlpReceiver guarded = OtlpReceiver.start(settings(first, second), meters);
        OtlpClient sender = new OtlpClient(guarded)) {
      guarded.writeTo(kafka, MAX_RECORD);
      byte[] request = Requests.of(span(1));
      for (String wrong : List.of("Bearer " + first + "x", "Bearer", first, "Basic " + first)) {
        HttpResponse<byte[]> http =
            sender.http(PROTOBUF, request, "Authorization", wrong).get(10, TimeUnit.SECONDS);
        assertThat(http.statusCode()).as(wrong).isEqualTo(401);
        assertThat(http.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(status(http.body()).getMessage()).contains("gateway.tokens");
        StatusRuntimeException failure = failure(sender.grpc(request, wrong));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(failure.getTrailers().containsKey(OtlpClient.DETAILS)).as("retry").isFalse();
      }
      assertThat(failure(sender.grpc(request)).getStatus().getDescription())
          .contains("gateway.tokens")
          .doesNotContain(first);
      assertThat(kafka.history()).isEmpty();

      CompletableFuture<byte[]> grpc = sender.grpc(request, "bearer " + first);
      CompletableFuture<HttpResponse<byte[]>> http =
          sender.http(PROTOBUF, request, "Authorization", "Bearer " + second);
      until(() -> kafka.history().size() == 2);
      while (kafka.completeNext()) {}
      assertThat(grpc.get(10, TimeUnit.SECONDS)).isEmpty();
      assertThat(http.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(
              meters.find("tailrace.gateway.refused").tag("reason", "unauthenticated").counters())
          .extracting(Counter::count)
          .containsExactlyInAnyOrder(4., 5.);
    }
  }

  @Test
  void tellsToTryAgain_whenKafkaDoesNotAcknowledge() throws Exception {
    CompletableFuture<byte[]> grpc = client.grpc(Requests.of(span(1), span(2)));
    until(() -> kafka.history().size() == 2);
    kafka.completeNext();
    kafka.errorNext(new TimeoutException("no broker"));
    CompletableFuture<HttpResponse<byte[]>> http = client.http(PROTOBUF, Requests.of(span(1)));
    CompletableFuture<HttpResponse<byte[]>> json = client.http(JSON, text(JSON_SPAN));
    until(() -> kafka.history().size() == 4);
    while (kafka.errorNext(new TimeoutException("no broker"))) {}

    StatusRuntimeException failure = failure(grpc);
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure.getStatus().getDescription()).contains("no broker");
    HttpResponse<byte[]> answer = http.get(10, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(status(answer.body()).getCode()).isEqualTo(Status.Code.UNAVAILABLE.value());
    assertThat(status(answer.body()).getMessage()).contains("no broker");
    assertThat(new String(json.get(10, TimeUnit.SECONDS).body(), StandardCharsets.UTF_8))
        .startsWith("{\"code\":14,\"message\":\"not acknowledged by Kafka: no broker\"")
        .contains("google.rpc.RetryInfo\",\"retryDelay\":\"1s\"");
    assertThat(refused("kafka")).isEqualTo(3);
  }

  @Test
  void tellsToTryAgainLater_whenTooMuchIsInFlight() throws Exception {
    byte[] large = Requests.of(span(1, "x".repeat(30_000)));
    CompletableFuture<byte[]> first = client.grpc(large);
    until(() -> kafka.history().size() == 1);

    StatusRuntimeException failure = failure(client.grpc(large));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(retryDelay(failure)).isEqualTo(1);
    HttpResponse<byte[]> answer = client.http(PROTOBUF, large).get(10, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(status(answer.body()).getCode()).isEqualTo(8);
    assertThat(refused("busy")).isEqualTo(2);
    assertThat(registry.get("tailrace.gateway.in.flight").gauge().value()).isGreaterThan(30_000);

    kafka.completeNext();
    assertThat(first.get(10, TimeUnit.SECONDS)).isEmpty();
    until(() -> registry.get("tailrace.gateway.in.flight").gauge().value() == 0);
    CompletableFuture<HttpResponse<byte[]>> next = client.http(PROTOBUF, large);
    until(() -> kafka.history().size() == 2);
    kafka.completeNext();
    assertThat(next.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void doesNotEvenReadWhatItHasNoRoomFor() throws Exception {
    List<CompletableFuture<byte[]>> waiting =
        List.of(client.grpc(sized(30_000)), client.grpc(sized(IN_FLIGHT - 30_000 - 2 * 1024)));
    until(() -> kafka.history().size() == 2); // and a KiB each

    assertThat(client.http(JSON, text("whatever")).get(10, TimeUnit.SECONDS).statusCode())
        .isEqualTo(429);
    assertThat(failure(client.grpc(text("whatever"))).getStatus().getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void refusesBrokenBytes_forGood() throws Exception {
    byte[] broken = text("this is not protobuf");
    StatusRuntimeException failure = failure(client.grpc(broken));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.getStatus().getDescription()).contains("not an OTLP TracesData message");
    assertThat(failure.getTrailers().containsKey(OtlpClient.DETAILS)).isFalse();

    HttpResponse<byte[]> answer = client.http(PROTOBUF, broken).get(10, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    assertThat(status(answer.body()).getCode()).isEqualTo(3);
    assertThat(status(answer.body()).getDetailsList()).isEmpty();

    HttpResponse<byte[]> json = client.http(JSON, text("{\"resourceSpans\":7}")).get();
    assertThat(json.statusCode()).isEqualTo(400);
    assertThat(json.headers().firstValue("Content-Type")).contains(JSON);
    assertThat(new String(json.body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"code\":3,\"message\":\"resourceSpans: 7 (expected: a JSON array)\"}");

    HttpResponse<byte[]> gzip = client.http(PROTOBUF, broken, "Content-Encoding", "gzip").get();
    assertThat(gzip.statusCode()).isEqualTo(400);
    assertThat(status(gzip.body()).getMessage()).contains("gzip");
    assertThat(refused("malformed")).isEqualTo(4);
    assertThat(kafka.history()).isEmpty();
  }

  @Test
  void refusesWhatIsTooLarge_packedOrUnpacked() throws Exception {
    byte[] large = Requests.of(span(1, "x".repeat(100 * MAX_REQUEST)));
    byte[] packed = gzip(large);
    assertThat(packed.length).isLessThan(MAX_REQUEST);

    for (CompletableFuture<byte[]> call : List.of(client.grpc(large), client.grpcGzip(large))) {
      StatusRuntimeException failure = failure(call);
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(failure.getTrailers().containsKey(OtlpClient.DETAILS)).isFalse();
    }
    for (HttpResponse<byte[]> answer :
        List.of(
            client.http(PROTOBUF, large).get(10, TimeUnit.SECONDS),
            client.http(PROTOBUF, packed, "Content-Encoding", "gzip").get(10, TimeUnit.SECONDS))) {
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(status(answer.body()).getMessage()).contains("at most " + MAX_REQUEST);
    }
    assertThat(
            client.untilClosed(
                "POST /v1/traces HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
                    + "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ")
        .contains("{\"code\":8,\"message\":\"request: too large ");
    until(() -> refused("too_large") == 5);
    assertThat(kafka.history()).isEmpty();
  }

  @Test
  void takesWhatItCan_andSaysWhatItHasLeftOut() throws Exception {
    byte[] request = Requests.of(span(1), withoutTraceId(), withoutTraceId());
    CompletableFuture<byte[]> grpc = client.grpc(request);
    CompletableFuture<HttpResponse<byte[]>> json =
        client.http(
            JSON, text(JSON_SPAN.replace("\"spans\":[", "\"spans\":[{\"name\":\"lost\"},")));
    until(() -> kafka.history().size() == 2);
    kafka.completeNext();
    kafka.completeNext();

    ExportTraceServiceResponse response =
        ExportTraceServiceResponse.parseFrom(grpc.get(10, TimeUnit.SECONDS));
    assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(2);
    assertThat(response.getPartialSuccess().getErrorMessage())
        .isEqualTo("2 spans without a valid trace id (expected: 16 bytes, not all 0)");
    assertThat(new String(json.get(10, TimeUnit.SECONDS).body(), StandardCharsets.UTF_8))
        .startsWith("{\"partialSuccess\":{\"rejectedSpans\":\"1\",\"errorMessage\":\"1 spans");
    assertThat(count("tailrace.gateway.spans")).isEqualTo(2);
    assertThat(count("tailrace.gateway.rejected.spans")).isEqualTo(3);
  }

  @Test
  void refusesARequestOfWhichNothingCanBeTaken() throws Exception {
    assertThat(failure(client.grpc(Requests.of(withoutTraceId()))).getStatus().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);

    CompletableFuture<HttpResponse<byte[]>> tooLarge = client.http(PROTOBUF, Requests.of(span(1)));
    until(() -> kafka.history().size() == 1);
    kafka.errorNext(new RecordTooLargeException("too large"));
    HttpResponse<byte[]> answer = tooLarge.get(10, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(status(answer.body()).getMessage())
        .isEqualTo("1 spans exceed the record size limit of topic spans");
  }

  @Test
  void aRecordThatIsTooLargeCostsItsSpansOnly() throws Exception {
    CompletableFuture<byte[]> grpc = client.grpc(Requests.of(span(1), span(2), span(2)));
    until(() -> kafka.history().size() == 2);
    kafka.completeNext();
    kafka.errorNext(new RecordTooLargeException("too large"));

    ExportTraceServiceResponse response =
        ExportTraceServiceResponse.parseFrom(grpc.get(10, TimeUnit.SECONDS));
    assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(2);
  }

  @Test
  void takesJsonAndGzip() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> asked =
        client.httpAsksFirst(PROTOBUF, Requests.of(span(8)));
    CompletableFuture<HttpResponse<byte[]>> json =
        client.http(JSON + "; charset=utf-8", gzip(text(JSON_SPAN)), "Content-Encoding", "gzip");
    CompletableFuture<byte[]> grpc = client.grpcGzip(Requests.of(span(7)));
    until(() -> kafka.history().size() == 3);
    while (kafka.completeNext()) {}

    assertThat(asked.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(json.get(10, TimeUnit.SECONDS).body()).isEqualTo(text("{}"));
    assertThat(grpc.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(keys()).containsExactlyInAnyOrder(TRACE, Requests.key(7), Requests.key(8));
  }

  @Test
  void answersAnEmptyRequest() throws Exception {
    assertThat(client.grpc(new byte[0]).get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(client.http(JSON, text("{}")).get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void tellsWhoDoesNotSpeakOtlp() throws Exception {
    byte[] request = Requests.of(span(1));
    assertThat(client.http("text/plain", request).get().statusCode()).isEqualTo(415);
    assertThat(client.http(PROTOBUF, request, "Content-Encoding", "br").get().statusCode())
        .isEqualTo(415);
    assertThat(client.get("/v1/traces").statusCode()).isEqualTo(405);
    assertThat(client.get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void finishesWhatItHas_andTakesNoMore_whenStopped() throws Exception {
    CompletableFuture<byte[]> grpc = client.grpc(Requests.of(span(1)));
    CompletableFuture<HttpResponse<byte[]>> http = client.http(PROTOBUF, Requests.of(span(2)));
    until(() -> kafka.history().size() == 2);
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(receiver::close);
    until(() -> !receiver.isOpen());

    assertNotAnsweredSoon(stopped);
    kafka.completeNext();
    kafka.completeNext();

    assertThat(grpc.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(http.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    stopped.get(20, TimeUnit.SECONDS);
    assertThat(client.http(PROTOBUF, Requests.of(span(3))))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(IOException.class);
  }

  /** Waits to show that nothing arrives; with the fault, it arrives within a millisecond. */
  private static void assertNotAnsweredSoon(CompletableFuture<?> answer) {
    assertThat(answer.copy().completeOnTimeout(null, 200, TimeUnit.MILLISECONDS).join()).isNull();
    assertThat(answer).isNotDone();
  }

  private static byte[] sized(int bytes) {
    int name = bytes - 100;
    byte[] request = Requests.of(span(1, "x".repeat(name)));
    while (request.length < bytes) {
      request = Requests.of(span(1, "x".repeat(++name)));
    }
    return request;
  }

  private List<String> keys() {
    return kafka.history().stream()
        .map(record -> new String(record.key(), StandardCharsets.US_ASCII))
        .toList();
  }

  private double refused(String reason) {
    return registry.get("tailrace.gateway.refused").tag("reason", reason).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private double count(String name) {
    return registry.get(name).counter().count();
  }

  private static StatusRuntimeException failure(CompletableFuture<byte[]> call) {
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () -> {
          try {
            call.get(10, TimeUnit.SECONDS);
          } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause();
          }
        });
  }

  private static long retryDelay(StatusRuntimeException failure) throws Exception {
    com.google.rpc.Status status = status(failure.getTrailers().get(OtlpClient.DETAILS));
    assertThat(status.getCode()).isEqualTo(failure.getStatus().getCode().value());
    return status.getDetails(0).unpack(RetryInfo.class).getRetryDelay().getSeconds();
  }

  private static com.google.rpc.Status status(byte[] bytes) throws InvalidProtocolBufferException {
    return com.google.rpc.Status.parseFrom(bytes);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 10 s");
      }
      Thread.onSpinWait();
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
