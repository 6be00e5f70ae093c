package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.Waits;
import io.tailrace.topology.streams.SamplerHarness.Exported;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when due rounds are cut short, as under overload. */
class OverdueTest {
  private static final String ALL = "policies: [{name: all, type: always_sample}]";
  private static final String NOTHING =
      "policies: [{name: none, type: span_count, span_count: {min_spans: 1000000}}]";
  private static final String VIP =
      """
      policies:
        - name: vip
          type: string_attribute
          string_attribute: {key: customer.tier, values: [vip]}
      """;
  private static final int MORE_THAN_A_ROUND = 20;

  @TempDir Path stateDir;

  private SamplerHarness.Builder sampler() {
    return new SamplerHarness.Builder(stateDir);
  }

  @Test
  void decidesTheRestInTheNextRounds_andNothingGetsLost() {
    try (SamplerHarness sampler = sampler().shortRounds().start()) {
      for (int trace = 1; trace <= 3 * MORE_THAN_A_ROUND; trace++) {
        sampler.send(0, Otlp.child(trace, "a"));
      }
      sampler.passTo(40_000);
      assertThat(sampler.exported()).hasSizeBetween(1, MORE_THAN_A_ROUND);

      for (int i = 1; i < 10; i++) {
        sampler.passTo(40_000 + i);
      }
      assertThat(sampler.meters.get("tailrace.traces.decided").tag("outcome", "sampled").counter())
          .satisfies(counter -> assertThat(counter.count()).isEqualTo(3 * MORE_THAN_A_ROUND));
    }
  }

  @Test
  void aSpanOfAnOverdueTraceIsLate_andItsTraceIsDecidedWithoutIt() {
    try (SamplerHarness sampler = sampler().shortRounds().start()) {
      overdueTraces(sampler, 0);
      sampler.send(500, Otlp.child(50, "a"));
      sampler.send(40_000, Otlp.child(50, "b"));

      List<Exported> of50 = of(sampler, 50);
      assertThat(of50).extracting(e -> e.header("tailrace-late")).containsExactly(null, "true");
      assertThat(of50.get(0).header("tailrace-decided-at"))
          .as("its due time, whenever that came up")
          .isEqualTo(Long.toString(SamplerHarness.START + 30_500));
    }
  }

  @Test
  void aTraceStaysWhole_whenOverduePoliciesGiveItMoreTime() {
    try (SamplerHarness sampler = sampler().shortRounds().start()) {
      overdueTraces(sampler, 0);
      sampler.send(1_000, Otlp.child(50, "a"));
      sampler.publish(2, 30_500, ALL, new Waits(60_000, Waits.NEVER));
      sampler.send(40_000, Otlp.child(50, "b"));
      sampler.passTo(70_000);
      sampler.passTo(140_000);

      assertThat(of(sampler, 50))
          .singleElement()
          .satisfies(trace -> assertThat(trace.spans()).hasSize(2));
    }
  }

  @Test
  void signalsAreNotLost_whenPoliciesChangeWithinARecord() {
    try (SamplerHarness sampler = sampler().policies(NOTHING).shortRounds().start()) {
      overdueTraces(sampler, 0);
      sampler.send(600, Otlp.child(50, "a"));
      sampler.publish(2, 30_500, VIP);
      Span vip =
          Otlp.span(60).toBuilder().addAttributes(Otlp.string("customer.tier", "vip")).build();
      sampler.send(40_000, Otlp.child(50, "b"), vip);
      sampler.passTo(80_000);

      assertThat(of(sampler, 60)).hasSize(1);
    }
  }

  @Test
  void ingestRecordsAreSpans_whateverTheirHeaders() {
    try (SamplerHarness sampler = sampler().start()) {
      sampler.sendBytes(
          0,
          Otlp.request(Otlp.span(1)).toByteArray(),
          new RecordHeaders()
              .add("tailrace-watermark", new Watermark(0, SamplerHarness.START).encode()));
      sampler.passTo(40_000);
      assertThat(sampler.exported()).hasSize(1);
    }
  }

  @Test
  void aForeignHeaderStopsNothing() {
    try (SamplerHarness sampler = sampler().start()) {
      sampler.sendBytes(
          0,
          Otlp.request(Otlp.span(1)).toByteArray(),
          new RecordHeaders().add("tailrace-watermark", new byte[1]));
      sampler.passTo(40_000);
      assertThat(sampler.exported()).hasSize(1);
    }
  }

  @Test
  void exportsNoSpanTwice_whenATraceIsNewAgainInTheSameWindow() {
    try (SamplerHarness sampler =
        sampler().waits(1_000, Waits.NEVER).verdictRetention(5_000).onDisk().start()) {
      sampler.send(0, Otlp.child(1, "a"));
      sampler.passTo(1_000);
      sampler.exported();
      sampler.send(7_500, Otlp.child(1, "b"));
      sampler.passTo(8_500);
      assertThat(sampler.exported())
          .singleElement()
          .satisfies(t -> assertThat(t.spans()).containsExactly(Otlp.child(1, "b")));
    }
  }

  private static void overdueTraces(SamplerHarness sampler, long at) {
    for (int trace = 1; trace <= MORE_THAN_A_ROUND; trace++) {
      sampler.send(at, Otlp.child(trace, "a"));
    }
  }

  private static List<Exported> of(SamplerHarness sampler, long trace) {
    String id = "%032x".formatted(trace).substring(16);
    return sampler.exported().stream().filter(e -> e.traceId().endsWith(id)).toList();
  }
}
