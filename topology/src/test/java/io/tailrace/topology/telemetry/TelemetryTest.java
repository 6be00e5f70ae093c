package io.tailrace.topology.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TelemetryTest {
  private static final Instant BEGIN = Instant.parse("2026-11-21T08:00:00.5Z");
  private static final String SECRET = "hunter2";
  private static final Duration NEVER = Duration.ofHours(1);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private Level before;

  @BeforeEach
  void listen() {
    log.start();
    before = root.getLevel();
    root.setLevel(Level.DEBUG);
    root.addAppender(log);
  }

  @AfterEach
  void detach() {
    root.detachAppender(log);
    root.setLevel(before);
  }

  private static Telemetry start(URI endpoint, Duration interval) {
    Map<String, String> headers = Map.of("authorization", "Bearer " + SECRET);
    return Telemetry.start(
        new Destination(endpoint, headers, interval),
        new Origin("tailrace", "shop-1", "1.2.3"),
        InstantSource.system());
  }

  private static DueRound round(Instant cutShortAt, long logTime) {
    return new DueRound(
        "ingest",
        3,
        BEGIN,
        BEGIN.plusMillis(80),
        Duration.ofMillis(12),
        7,
        2,
        40,
        9_000,
        1,
        cutShortAt,
        123,
        logTime,
        250,
        5);
  }

  @Test
  void aRoundIsASpanWithAllThatItDid_andClosingSendsIt() throws Exception {
    try (ReceiverStub receiver = new ReceiverStub()) {
      try (Telemetry telemetry = start(receiver.endpoint(), NEVER)) {
        telemetry.rounds().ended(round(BEGIN.plusMillis(50), BEGIN.toEpochMilli()));
        telemetry.rounds().ended(round(null, Long.MIN_VALUE));
      }

      assertThat(receiver.spans()).hasSize(2);
      Span span = receiver.spans().get(0);
      assertThat(span.getName()).isEqualTo("due round");
      assertThat(span.getParentSpanId().isEmpty()).isTrue();
      assertThat(span.getStartTimeUnixNano()).isEqualTo(nanos(BEGIN));
      assertThat(span.getEndTimeUnixNano()).isEqualTo(nanos(BEGIN.plusMillis(80)));
      assertThat(attributes(span))
          .isEqualTo(
              Map.ofEntries(
                  Map.entry("messaging.system", "kafka"),
                  Map.entry("messaging.destination.name", "ingest"),
                  Map.entry("messaging.destination.partition.id", "3"),
                  Map.entry("messaging.kafka.offset", 123L),
                  Map.entry("tailrace.traces.decided", 7L),
                  Map.entry("tailrace.traces.kept", 2L),
                  Map.entry("tailrace.traces.early", 1L),
                  Map.entry("tailrace.spans.decided", 40L),
                  Map.entry("tailrace.bytes.decided", 9_000L),
                  Map.entry("tailrace.busy_ms", 12.0),
                  Map.entry("tailrace.log_time", BEGIN.toString()),
                  Map.entry("tailrace.overdue_ms", 250L),
                  Map.entry("tailrace.policy.version", 5L)));
      assertThat(span.getEventsList())
          .singleElement()
          .satisfies(event -> assertThat(event.getName()).contains("cut short"))
          .satisfies(
              event -> assertThat(event.getTimeUnixNano()).isEqualTo(nanos(BEGIN.plusMillis(50))));
      assertThat(receiver.spans().get(1).getEventsList()).isEmpty();
      assertThat(attributes(receiver.spans().get(1))).doesNotContainKey("tailrace.log_time");
      assertThat(receiver.spans().get(1).getTraceId()).isNotEqualTo(span.getTraceId());
    }
  }

  @Test
  void metricsSayWhoseTheyAre_andAddUp() throws Exception {
    try (ReceiverStub receiver = new ReceiverStub()) {
      try (Telemetry telemetry = start(receiver.endpoint(), Duration.ofMillis(50))) {
        Counter.builder("spans").tag("outcome", "kept").register(telemetry.registry()).increment(3);
        Timer.builder("delay").register(telemetry.registry()).record(Duration.ofMillis(1_500));
        await(() -> receiver.metrics("spans").size() > 2);
        telemetry.rounds().ended(round(null, 0));
      }

      Metric spans = receiver.metrics("spans").get(2);
      assertThat(spans.getSum().getAggregationTemporality())
          .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
      assertThat(spans.getSum().getDataPoints(0).getAsDouble()).isEqualTo(3);
      assertThat(ReceiverStub.texts(spans.getSum().getDataPoints(0).getAttributesList()))
          .isEqualTo(Map.of("outcome", "kept"));
      Metric delay = receiver.metrics("delay").get(0);
      assertThat(delay.getUnit()).isEqualTo("seconds");
      assertThat(delay.getHistogram().getDataPoints(0).getSum()).isEqualTo(1.5);
      assertThat(receiver.spans()).hasSize(1);
      assertThat(receiver.resources())
          .isNotEmpty()
          .allSatisfy(
              resource ->
                  assertThat(resource)
                      .containsEntry("service.name", "tailrace")
                      .containsEntry("service.instance.id", "shop-1")
                      .containsEntry("service.version", "1.2.3"));
      assertThat(receiver.authorizations()).isNotEmpty().containsOnly("Bearer " + SECRET);
    }
  }

  @Test
  void durationsOfOperationsAreExponentialHistograms() throws Exception {
    try (ReceiverStub receiver = new ReceiverStub()) {
      try (Telemetry telemetry = start(receiver.endpoint(), NEVER)) {
        Timer.builder("traces.span.metrics.duration")
            .serviceLevelObjectives(Duration.ofMillis(2))
            .register(telemetry.registry())
            .record(Duration.ofMillis(1_500));
      }
      await(() -> !receiver.metrics("traces.span.metrics.duration").isEmpty());
      assertThat(receiver.metrics("traces.span.metrics.duration"))
          .singleElement()
          .satisfies(
              metric -> {
                assertThat(metric.getExponentialHistogram().getDataPoints(0).getCount())
                    .isEqualTo(1);
                assertThat(metric.getExponentialHistogram().getDataPoints(0).getSum())
                    .isEqualTo(1.5);
              });
    }
  }

  @Test
  void aReceiverThatRefusesOrIsAwayIsToldOnce_andWithoutTheHeaders_andRecovers() throws Exception {
    ReceiverStub receiver = new ReceiverStub();
    int port = receiver.port();
    Telemetry telemetry = start(receiver.endpoint(), Duration.ofMillis(20));
    Counter.builder("spans").register(telemetry.registry()).increment();
    receiver.answer(401);
    await(() -> receiver.authorizations().size() > 3);
    receiver.close();
    telemetry.rounds().ended(round(null, 0));
    await(() -> !warnings().isEmpty());

    try (ReceiverStub back = new ReceiverStub(port)) {
      await(() -> !back.metrics("spans").isEmpty());
      telemetry.rounds().ended(round(null, 0));
      telemetry.close();
      assertThat(back.spans()).isNotEmpty();
    }

    assertThat(warnings())
        .filteredOn(warning -> warning.contains("http://127.0.0.1:" + port + "/v1/metrics"))
        .singleElement()
        .asString()
        .contains("answered 401");
    assertThat(messages()).anyMatch(message -> message.contains("/v1/metrics again"));
    assertThat(log.list)
        .noneMatch(event -> String.valueOf(event.getThrowableProxy()).contains(SECRET))
        .noneMatch(event -> String.valueOf(event.getKeyValuePairs()).contains(SECRET))
        .noneMatch(event -> event.getFormattedMessage().contains(SECRET));
  }

  @Test
  void whatIsPrintedOfADestinationIsNotItsHeaders() {
    URI endpoint = URI.create("http://otel:4318");

    assertThat(new Destination(endpoint, Map.of("a", SECRET), NEVER).toString())
        .contains("otel:4318")
        .doesNotContain(SECRET);
  }

  @Test
  void closingWaitsForSecondsOnly_whenTheReceiverTakesAndNeverAnswers_andHasTheLastWord()
      throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Telemetry telemetry =
          start(URI.create("http://127.0.0.1:" + silent.getLocalPort()), Duration.ofMillis(20));
      Counter.builder("spans").register(telemetry.registry()).increment();
      telemetry.rounds().ended(round(null, 0));

      long began = System.nanoTime();
      telemetry.close();

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
    }
    // Resets the sockets: pending requests fail.
    Thread.sleep(500);
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("the last own telemetry was not delivered");
  }

  @Test
  void roundsBeyondWhatMayWaitAreDropped_withoutWaiting() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Telemetry telemetry =
            start(URI.create("http://127.0.0.1:" + silent.getLocalPort()), NEVER)) {
      long began = System.nanoTime();
      for (int i = 0; i < 20_000; i++) {
        telemetry.rounds().ended(round(null, 0));
      }

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
  }

  private List<String> messages() {
    return new ArrayList<>(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private List<String> warnings() {
    return new ArrayList<>(log.list)
        .stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
            .map(ILoggingEvent::getFormattedMessage)
            .filter(message -> message.contains("own telemetry"))
            .toList();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static long nanos(Instant instant) {
    return instant.toEpochMilli() * 1_000_000;
  }

  private static Map<String, Object> attributes(Span span) {
    Map<String, Object> attributes = new TreeMap<>();
    for (KeyValue attribute : span.getAttributesList()) {
      attributes.put(
          attribute.getKey(),
          switch (attribute.getValue().getValueCase()) {
            case INT_VALUE -> attribute.getValue().getIntValue();
            case DOUBLE_VALUE -> attribute.getValue().getDoubleValue();
            default -> attribute.getValue().getStringValue();
          });
    }
    return attributes;
  }
}
