package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tailrace.serdes.OtlpJsonWriter;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.instance.Gateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway on a real broker, with real senders. */
class GatewayTest {
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final int SPANS_PER_TRACE = 5;
  private static EmbeddedKafka kafka;

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir Path directory;

  @BeforeAll
  static void startBroker() {
    kafka = EmbeddedKafka.builder().start();
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  @Test
  void errorTracesComeOutWhole_fromTheSdk_byGrpcHttpAndJson() throws Exception {
    Map<String, List<String>> errors = new TreeMap<>();
    try (Fleet fleet = new Fleet(kafka, directory);
        Gateway gateway = gateway("otlp_spans", Map.of())) {
      fleet.set("TAILRACE_INGEST_MODE", "keyed").start(1);
      errors.putAll(traces(grpc("http", gateway.grpcPort(), null), 20));
      errors.putAll(traces(httpExporter("http", gateway.httpPort(), null), 20));
      errors.putAll(tracesInJson(gateway, 20));
      assertThat(errors).hasSize(30);

      try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
        export.readUntil(() -> export.spansByTrace().entrySet().containsAll(errors.entrySet()));
      }
    }
  }

  @Test
  void spansOfATraceAreOnOnePartition_whateverRequestAndGatewayTheyComeBy() throws Exception {
    try (Gateway one = gateway("by_trace", Map.of());
        Gateway other = gateway("by_trace", Map.of())) {
      for (int request = 0; request < 10; request++) {
        io.opentelemetry.proto.trace.v1.Span[] spans = new io.opentelemetry.proto.trace.v1.Span[20];
        for (int trace = 0; trace < spans.length; trace++) {
          spans[trace] = Otlp.span(trace);
        }
        byte[] body = Otlp.request(spans).toByteArray();
        assertThat(post(traces(request % 2 == 0 ? one : other), PROTOBUF, body).statusCode())
            .isEqualTo(200);
      }
    }

    Map<String, Set<Integer>> partitions = new HashMap<>();
    List<ConsumerRecord<byte[], byte[]>> records = records(kafka.bootstrapServers(), "by_trace");
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String key = new String(record.key(), StandardCharsets.US_ASCII);
      assertThat(ExportReader.spans(record))
          .allMatch(span -> ExportReader.hex(span.getTraceId()).equals(key));
      partitions.computeIfAbsent(key, trace -> new TreeSet<>()).add(record.partition());
    }
    assertThat(records).hasSize(200);
    assertThat(partitions).hasSize(20).allSatisfy((trace, on) -> assertThat(on).hasSize(1));
    assertThat(partitions.values().stream().flatMap(Set::stream).distinct()).hasSizeGreaterThan(1);
  }

  @Test
  void acknowledgesWhatKafkaHas_whenKafkaIsSlowOrAway() throws Exception {
    try (Broker broker = new Broker(directory)) {
      Map<String, String> settings = new HashMap<>();
      settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", broker.forEngine(1));
      settings.put("TAILRACE_KAFKA_RECONNECT_BACKOFF_MAX_MS", "100");
      settings.put("TAILRACE_GATEWAY_IN_FLIGHT", "128KiB");
      Set<String> acknowledged;
      try (Gateway gateway = gateway("away", settings)) {
        acknowledged = sendTooMuch(gateway, broker.proxy(1));
        assertThat(ids(broker.direct(), "away")).isEqualTo(acknowledged);
      }

      settings.put("TAILRACE_GATEWAY_TIMEOUT", "2s");
      try (Gateway gateway = gateway("away", settings)) {
        broker.proxy(1).cut();
        HttpResponse<String> refused = post(traces(gateway), PROTOBUF, request(2));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        broker.proxy(1).restore();
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> post(traces(gateway), PROTOBUF, request(3)).statusCode() == 200);
        assertThat(ids(broker.direct(), "away")).containsAll(acknowledged).contains(id(3));
      }
    }
  }

  /** Ten requests of which four fit; returns those that are acknowledged at last. */
  private Set<String> sendTooMuch(Gateway gateway, TcpProxy proxy) throws Exception {
    proxy.slowDown(3_000);
    Map<Long, CompletableFuture<HttpResponse<String>>> sent = new TreeMap<>();
    for (long trace = 10; trace < 20; trace++) {
      sent.put(trace, postAsync(traces(gateway), PROTOBUF, request(trace, 30_000)));
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> sent.values().stream().filter(CompletableFuture::isDone).count() == 6);
    assertThat(sent.values())
        .as("nothing is acknowledged before Kafka has it")
        .filteredOn(CompletableFuture::isDone)
        .allMatch(answer -> answer.join().statusCode() == 429);
    proxy.restore();
    Set<String> acknowledged = new TreeSet<>();
    for (Map.Entry<Long, CompletableFuture<HttpResponse<String>>> each : sent.entrySet()) {
      if (each.getValue().get(20, TimeUnit.SECONDS).statusCode() == 200) {
        acknowledged.add(id(each.getKey()));
      }
    }
    assertThat(acknowledged).hasSize(4);
    return acknowledged;
  }

  @Test
  void nothingThatWasAcknowledgedIsLost_whenItIsKilled() throws Exception {
    Set<String> acknowledged;
    try (GatewayProcess gateway = process("killed")) {
      acknowledged = sendWhile(gateway.traces(), gateway::kill);
    }
    assertThat(ids(kafka.bootstrapServers(), "killed")).containsAll(acknowledged);
  }

  @Test
  void answersWhatItHasTaken_andExitsWith0_whenItIsToldToStop() throws Exception {
    int[] exitCode = {-1};
    Set<String> acknowledged;
    try (GatewayProcess gateway = process("stopped")) {
      acknowledged = sendWhile(gateway.traces(), () -> exitCode[0] = gateway.terminate());
    }
    assertThat(exitCode[0]).isZero();
    assertThat(ids(kafka.bootstrapServers(), "stopped")).isEqualTo(acknowledged);
  }

  @Test
  void receivesOverTls() throws Exception {
    Certificates certificates = Certificates.make(directory, "gateway", SecuredKafka.secret());
    Map<String, String> settings =
        Map.of(
            "TAILRACE_GATEWAY_TLS_CERT", certificates.certificate().toString(),
            "TAILRACE_GATEWAY_TLS_KEY", certificates.writeKey("gateway").toString());
    byte[] trusted = Files.readAllBytes(certificates.certificate());
    try (Gateway gateway = gateway("over_tls", settings)) {
      traces(grpc("https", gateway.grpcPort(), trusted), 2);
      traces(httpExporter("https", gateway.httpPort(), trusted), 2);
      assertThat(ids(kafka.bootstrapServers(), "over_tls")).hasSize(4);
      Assertions.assertThatThrownBy(() -> post(traces(gateway), PROTOBUF, request(1)))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void acceptsSendersWithACertificateOnly_andARenewedOneOfItsOwnWithoutARestart() throws Exception {
    String password = SecuredKafka.secret();
    Certificates own = Certificates.make(directory, "gateway", password);
    Certificates sender = Certificates.make(directory, "sender", password);
    Certificates stranger = Certificates.make(directory, "stranger", password);
    Path certificate = Files.copy(own.certificate(), directory.resolve("tls.crt"));
    Path key = Files.copy(own.writeKey("gateway"), directory.resolve("tls.key"));
    Map<String, String> settings =
        Map.of(
            "TAILRACE_GATEWAY_TLS_CERT", certificate.toString(),
            "TAILRACE_GATEWAY_TLS_KEY", key.toString(),
            "TAILRACE_GATEWAY_TLS_CLIENT_CA", sender.certificate().toString());
    try (Gateway gateway = gateway("mutual_tls", settings)) {
      assertThat(sends(gateway, own, sender, "sender")).isTrue();
      assertThat(sends(gateway, own, stranger, "stranger")).isFalse();
      assertThat(sends(gateway, own, null, "")).isFalse();

      Certificates renewed = Certificates.make(directory, "renewed", password);
      Files.copy(renewed.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(renewed.writeKey("renewed"), key, StandardCopyOption.REPLACE_EXISTING);
      await() // the files may be read again between the two transports
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(sends(gateway, renewed, sender, "sender")).isTrue());
      assertThat(sends(gateway, own, sender, "sender")).isFalse();
    }
  }

  /** Returns whether a sender's spans are acknowledged by both transports; by neither otherwise. */
  private static boolean sends(
      Gateway gateway, Certificates trusted, Certificates sender, String name) throws Exception {
    byte[] certificate = Files.readAllBytes(trusted.certificate());
    var grpc =
        OtlpGrpcSpanExporter.builder()
            .setEndpoint("https://127.0.0.1:" + gateway.grpcPort())
            .setRetryPolicy(null)
            .setTrustedCertificates(certificate);
    var http =
        OtlpHttpSpanExporter.builder()
            .setEndpoint("https://127.0.0.1:" + gateway.httpPort() + "/v1/traces")
            .setRetryPolicy(null)
            .setTrustedCertificates(certificate);
    if (sender != null) {
      byte[] key = Files.readAllBytes(sender.writeKey(name));
      grpc.setClientTls(key, Files.readAllBytes(sender.certificate()));
      http.setClientTls(key, Files.readAllBytes(sender.certificate()));
    }
    boolean byGrpc = isAcknowledged(grpc.build());
    assertThat(isAcknowledged(http.build())).isEqualTo(byGrpc);
    return byGrpc;
  }

  private static boolean isAcknowledged(SpanExporter exporter) {
    List<SpanData> spans = new ArrayList<>();
    try (SdkTracerProvider sdk =
        SdkTracerProvider.builder()
            .addSpanProcessor(
                SimpleSpanProcessor.create(
                    new SpanExporter() {
                      @Override
                      public CompletableResultCode export(Collection<SpanData> ended) {
                        spans.addAll(ended);
                        return CompletableResultCode.ofSuccess();
                      }

                      @Override
                      public CompletableResultCode flush() {
                        return CompletableResultCode.ofSuccess();
                      }

                      @Override
                      public CompletableResultCode shutdown() {
                        return CompletableResultCode.ofSuccess();
                      }
                    }))
            .build()) {
      sdk.get("test").spanBuilder("one").startSpan().end();
    }
    try (exporter) {
      return exporter.export(spans).join(20, TimeUnit.SECONDS).isSuccess();
    }
  }

  @Test
  void tellsWhatKeepsItFromStarting() throws Exception {
    try (Gateway gateway = gateway("otlp_spans", Map.of())) {
      String taken = Integer.toString(gateway.grpcPort());
      assertCannotStart(
          Map.of("TAILRACE_GATEWAY_GRPC_PORT", taken),
          "gateway.grpc_port: " + taken + " on 127.0.0.1: ",
          "(expected: a free port of an address of this machine)");
      assertCannotStart(
          Map.of("TAILRACE_GATEWAY_TLS_CERT", "/missing.pem"),
          "gateway.tls_key: absent (expected: gateway.tls_cert and gateway.tls_key, or neither)");
      assertCannotStart(
          Map.of(
              "TAILRACE_GATEWAY_TLS_CERT", "/missing.pem",
              "TAILRACE_GATEWAY_TLS_KEY", "/missing.pem"),
          "gateway.tls_cert: /missing.pem (expected: a file)");
      assertCannotStart(
          Map.of("TAILRACE_GATEWAY_TLS_CLIENT_CA", "/ca.pem"),
          "gateway.tls_client_ca: /ca.pem (expected: with gateway.tls_cert and gateway.tls_key");
    }
  }

  private static void assertCannotStart(Map<String, String> settings, String... told) {
    Assertions.assertThatThrownBy(() -> gateway("otlp_spans", settings).close())
        .isInstanceOf(StartException.class)
        .message()
        .contains(told);
  }

  private static Gateway gateway(String topic, Map<String, String> more) {
    return Gateway.start(
        TailraceConfig.read("", settings(topic, more))
            .fold(
                faults -> {
                  throw new AssertionError(faults.toString());
                },
                config -> config));
  }

  private static Map<String, String> settings(String topic, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    settings.put("TAILRACE_TOPICS_INGEST", topic);
    settings.put("TAILRACE_TOPICS_PARTITIONS", "4");
    settings.put("TAILRACE_INGEST_MODE", "keyed");
    settings.put("TAILRACE_GATEWAY_GRPC_PORT", "0");
    settings.put("TAILRACE_GATEWAY_HTTP_PORT", "0");
    settings.put("TAILRACE_GATEWAY_ADMIN_PORT", "0");
    settings.putAll(more);
    return settings;
  }

  private GatewayProcess process(String topic) throws IOException {
    return new GatewayProcess(settings(topic, Map.of()), directory.resolve(topic + ".log"))
        .awaitReady();
  }

  private static SpanExporter grpc(String scheme, int port, byte[] trusted) {
    var builder =
        OtlpGrpcSpanExporter.builder()
            .setEndpoint(scheme + "://127.0.0.1:" + port)
            .setCompression("gzip");
    return (trusted == null ? builder : builder.setTrustedCertificates(trusted)).build();
  }

  private static SpanExporter httpExporter(String scheme, int port, byte[] trusted) {
    var builder =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(scheme + "://127.0.0.1:" + port + "/v1/traces")
            .setCompression("gzip");
    return (trusted == null ? builder : builder.setTrustedCertificates(trusted)).build();
  }

  /** Sends traces, every other one with an error; returns the spans of those, by trace id. */
  private static Map<String, List<String>> traces(SpanExporter exporter, int count) {
    Map<String, List<String>> errors = new TreeMap<>();
    try (SdkTracerProvider sdk =
        SdkTracerProvider.builder()
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter)
                    .setMaxExportBatchSize(7) // traces are spread over requests
                    .build())
            .build()) {
      Tracer tracer = sdk.get("test");
      for (int trace = 0; trace < count; trace++) {
        List<String> spans = new ArrayList<>();
        Span root = tracer.spanBuilder("root").startSpan();
        spans.add(root.getSpanContext().getSpanId());
        try (Scope scope = root.makeCurrent()) {
          for (int i = 1; i < SPANS_PER_TRACE; i++) {
            Span child = tracer.spanBuilder("child").startSpan();
            spans.add(child.getSpanContext().getSpanId());
            child.end();
          }
        }
        if (trace % 2 == 0) {
          root.setStatus(StatusCode.ERROR);
          spans.sort(null);
          errors.put(root.getSpanContext().getTraceId(), spans);
        }
        root.end();
      }
      CompletableResultCode flushed = sdk.forceFlush().join(20, TimeUnit.SECONDS);
      assertThat(flushed.isSuccess()).isTrue();
    }
    return errors;
  }

  private Map<String, List<String>> tracesInJson(Gateway gateway, int count) throws Exception {
    Map<String, List<String>> errors = new TreeMap<>();
    for (int trace = 0; trace < count; trace++) {
      var spans = new io.opentelemetry.proto.trace.v1.Span[SPANS_PER_TRACE];
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < SPANS_PER_TRACE; i++) {
        var id = com.google.protobuf.ByteString.copyFromUtf8("%04d%04d".formatted(trace, i));
        ids.add(ExportReader.hex(id));
        spans[i] =
            Otlp.span(1_000 + trace).toBuilder()
                .setSpanId(id)
                .setStatus(
                    io.opentelemetry.proto.trace.v1.Status.newBuilder()
                        .setCodeValue(trace % 2 == 0 && i == 0 ? 2 : 0))
                .build();
      }
      byte[] json = new OtlpJsonWriter().toJson(Otlp.request(spans).toByteArray());
      HttpResponse<String> answer = post(traces(gateway), JSON, json);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{}");
      if (trace % 2 == 0) {
        errors.put(id(1_000 + trace), ids);
      }
    }
    return errors;
  }

  private interface End {
    void run() throws Exception;
  }

  /** Sends with several senders until the end; returns the acknowledged traces. */
  private Set<String> sendWhile(URI traces, End end) throws Exception {
    Set<String> acknowledged = new ConcurrentSkipListSet<>();
    AtomicLong next = new AtomicLong(1);
    List<CompletableFuture<Void>> senders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      senders.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (true) {
                    long trace = next.getAndIncrement();
                    if (post(traces, PROTOBUF, request(trace)).statusCode() == 200) {
                      acknowledged.add(id(trace));
                    }
                  }
                } catch (IOException gone) {
                  // as it should be
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              },
              task -> new Thread(task, "sender").start()));
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() > 500);
    end.run();
    for (CompletableFuture<Void> sender : senders) {
      sender.get(20, TimeUnit.SECONDS);
    }
    return acknowledged;
  }

  private HttpResponse<String> post(URI to, String type, byte[] body)
      throws IOException, InterruptedException {
    return http.send(postRequest(to, type, body), HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> postAsync(URI to, String type, byte[] body) {
    return http.sendAsync(postRequest(to, type, body), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest postRequest(URI to, String type, byte[] body) {
    return HttpRequest.newBuilder(to)
        .version(HttpClient.Version.HTTP_1_1)
        .header("Content-Type", type)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  private static URI traces(Gateway gateway) {
    return URI.create("http://127.0.0.1:" + gateway.httpPort() + "/v1/traces");
  }

  private static byte[] request(long trace) {
    return Otlp.request(Otlp.span(trace)).toByteArray();
  }

  private static byte[] request(long trace, int nameLength) {
    return Otlp.request(Otlp.span(trace).toBuilder().setName("x".repeat(nameLength)).build())
        .toByteArray();
  }

  private static String id(long trace) {
    return ExportReader.hex(Otlp.traceId(trace));
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(String servers, String topic) {
    try (Logs logs = new Logs(servers, topic)) {
      return logs.readToEnd();
    }
  }

  /** Returns the trace IDs on a topic. */
  private static Set<String> ids(String servers, String topic) {
    Set<String> ids = new TreeSet<>();
    for (ConsumerRecord<byte[], byte[]> record : records(servers, topic)) {
      ids.add(new String(record.key(), StandardCharsets.US_ASCII));
    }
    return ids;
  }
}
