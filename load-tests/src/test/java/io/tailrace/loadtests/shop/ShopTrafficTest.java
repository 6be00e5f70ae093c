package io.tailrace.loadtests.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.loadtests.EmbeddedKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ShopTrafficTest {
  private static final long POLL_NANOS = 5_000_000;

  private static EmbeddedKafka kafka;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.builder().start();
  }

  @AfterAll
  static void closeKafka() {
    kafka.close();
  }

  @Test
  void putsOnTopicWhatItReports_asBatchesOfServices() throws Exception {
    TrafficReport report = send("unkeyed", TrafficOptions.seeded(1).withErrorShare(0.05));
    TopicContent topic = TopicContent.read(kafka.bootstrapServers(), "unkeyed");

    assertSameTruth(topic, report);
    assertThat(topic.entries())
        .allSatisfy(
            entry -> {
              assertThat(entry.key()).isNull();
              assertThat(entry.request().getResourceSpansCount()).isEqualTo(1);
            })
        .anyMatch(entry -> entry.traceIds().size() > 10);
    assertThat(topic.recordsByTrace().values()).anyMatch(records -> records > 3);
  }

  @Test
  void putsOneTraceInRecord_whenKeyed() throws Exception {
    TrafficReport report =
        send("keyed", TrafficOptions.seeded(2).withErrorShare(0.05).withKeyed(true));
    TopicContent topic = TopicContent.read(kafka.bootstrapServers(), "keyed");

    assertSameTruth(topic, report);
    assertThat(topic.entries())
        .allSatisfy(entry -> assertThat(entry.traceIds()).containsExactly(entry.key()));
  }

  @Test
  void countsNothing_whenTopicIsMissing() {
    ShopTraffic traffic =
        new ShopTraffic(
            kafka.bootstrapServers(),
            "missing",
            TrafficOptions.seeded(3).withProducerProperties(Map.of("max.block.ms", "100")));
    traffic.start();
    await(() -> traffic.totals().unacknowledgedSpans() > 0);
    traffic.close();

    assertThat(traffic.totals().spans()).isZero();
    assertThat(traffic.report().errorTraces()).isEmpty();
  }

  @Test
  void refusesRate_ofZero() {
    assertThatThrownBy(() -> TrafficOptions.seeded(1).withSpansPerSecond(0))
        .hasMessage("spansPerSecond: 0.0 (expected: > 0)");
  }

  private static TrafficReport send(String topic, TrafficOptions options) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
    }
    ShopTraffic traffic =
        new ShopTraffic(kafka.bootstrapServers(), topic, options.withSpansPerSecond(10_000));
    try (traffic) {
      traffic.start();
      await(() -> traffic.totals().spans() > 10_000);
    }
    return traffic.report();
  }

  private static void assertSameTruth(TopicContent topic, TrafficReport report) {
    assertThat(spans(report.traces())).isEqualTo(topic.spansByTrace());
    assertThat(report.errorTraces().entrySet())
        .isNotEmpty()
        .allMatch(trace -> trace.getValue().hasError());
    assertThat(
            report.errorTraces().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().errorSpans())))
        .isEqualTo(topic.errorSpansByTrace());
    assertThat(report.totals().spans())
        .isEqualTo(topic.spansByTrace().values().stream().mapToLong(Integer::longValue).sum());
    assertThat(report.totals().traces()).isEqualTo(topic.spansByTrace().size());
    assertThat(report.totals().errorTraces()).isEqualTo(topic.errorSpansByTrace().size());
    assertThat(report.traces().values()).allMatch(truth -> truth.rootName() != null);
  }

  private static Map<String, Integer> spans(Map<String, TraceTruth> traces) {
    return traces.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, trace -> trace.getValue().spans()));
  }

  private static void await(BooleanSupplier condition) {
    Instant end = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
