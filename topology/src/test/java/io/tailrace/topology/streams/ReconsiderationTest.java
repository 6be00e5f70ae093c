package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.sampling.Otlp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Late spans that turn the verdict on a trace that was not kept. */
class ReconsiderationTest {
  private static final String ID = "00000000000000010000000000000001";
  private static final long RETENTION = 600_000;
  private static final String ERRORS =
      "{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}";
  private static final String SLOW = "{name: slow, type: latency, latency: {threshold_ms: 1000}}";

  @TempDir Path stateDir;
  private SamplerHarness sampler;

  private SamplerHarness.Builder sampler(String... policies) {
    return new SamplerHarness.Builder(stateDir)
        .policies("policies: [" + String.join(", ", policies) + "]")
        .verdictRetention(RETENTION);
  }

  @AfterEach
  void stop() {
    sampler.close();
  }

  private static Span span(String name) {
    return span(1, name);
  }

  private static Span span(int trace, String name) {
    return Otlp.span(trace).toBuilder().setName(name).build();
  }

  private static Span error(int trace, String name) {
    return span(trace, name).toBuilder()
        .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
        .build();
  }

  private static Span lasting(String name, long fromMillis, long toMillis) {
    return span(name).toBuilder()
        .setStartTimeUnixNano(fromMillis * 1_000_000)
        .setEndTimeUnixNano(toMillis * 1_000_000)
        .build();
  }

  private List<String> exported() {
    List<String> names = new ArrayList<>();
    sampler.exported().forEach(e -> e.spans().forEach(s -> names.add(s.getName())));
    return names;
  }

  private double turned(String outcome) {
    return sampler.count("tailrace.traces.reconsidered", "outcome", outcome);
  }

  @Test
  void aLateErrorKeepsTheWholeTrace_once() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, span("a"), Otlp.span(2));
    sampler.send(10, span("b"));
    sampler.passTo(30_000);
    sampler.send(31_000, span("late, harmless"));
    assertThat(exported()).isEmpty();

    sampler.send(32_000, error(1, "late, failed"));
    List<SamplerHarness.Exported> late = sampler.exported();
    assertThat(late).singleElement();
    assertThat(late.get(0).header(HeaderNames.POLICY)).isEqualTo("errors");
    assertThat(late.get(0).header(HeaderNames.LATE)).isEqualTo("true");
    sampler.tick();
    sampler.readBack();
    assertThat(exported()).containsExactly("a", "b", "late, harmless");

    sampler.send(33_000, span("later"), error(1, "failed, too"));
    sampler.tick();
    sampler.readBack();
    assertThat(exported()).containsExactly("later", "failed, too");
    assertThat(turned("kept")).isEqualTo(1);
    assertThat(sampler.count("tailrace.traces.read.back", "outcome", "whole")).isEqualTo(1);
    assertThat(sampler.count("tailrace.traces.decided", "outcome", "sampled")).isZero();
    assertThat(sampler.read("decisions"))
        .filteredOn(record -> new String(record.key()).equals(ID))
        .extracting(record -> new String(record.value()))
        .satisfiesExactly(
            first -> assertThat(first).contains("not_sampled").doesNotContain("reconsidered"),
            second ->
                assertThat(second)
                    .contains(
                        "\"decision\":\"sampled\",\"policy\":\"errors\"",
                        "\"spans\":4",
                        "\"reconsidered\":true"));
  }

  @Test
  void aLateSpanMakesATraceLong_withTheStartOfTheEarlierOnes() {
    sampler = sampler(SLOW).start();
    sampler.send(0, lasting("a", 5_000, 5_100));
    sampler.passTo(30_000);
    sampler.send(31_000, lasting("short", 5_900, 5_950));
    assertThat(exported()).isEmpty();

    sampler.send(32_000, lasting("ends late", 6_050, 6_101));
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).containsExactly("ends late", "a", "short");
  }

  @Test
  void theWholeTraceIsJudged_notTheLateSpanAlone() {
    String both =
        "{name: both, type: and, and: {and_sub_policy: ["
            + "{type: status_code, status_code: {status_codes: [ERROR]}},"
            + " {type: string_attribute, string_attribute: {key: tier, values: [gold]}}]}}";
    sampler = sampler(both).start();
    sampler.send(
        0,
        span("gold").toBuilder().addAttributes(Otlp.string("tier", "gold")).build(),
        span(2, "plain"));
    sampler.passTo(30_000);

    sampler.send(31_000, error(1, "failed"), error(2, "failed, plain"));
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).containsExactly("failed", "gold");
  }

  @Test
  void whatSeveralLateSpansHaveInCommonCounts() {
    sampler = sampler("{name: big, type: span_count, span_count: {min_spans: 4}}").start();
    sampler.send(0, span("a"));
    sampler.passTo(30_000);
    sampler.send(31_000, span("b"));
    sampler.send(32_000, span("c"));
    assertThat(exported()).isEmpty();

    sampler.send(33_000, span("d"));
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).containsExactly("d", "a", "b", "c");
  }

  @Test
  void budgetsHaveHadTheirVote() {
    sampler =
        sampler("{name: few, type: rate_limiting, rate_limiting: {spans_per_second: 10}}").start();
    Span[] many = new Span[100];
    Arrays.fill(many, span("a"));
    sampler.send(0, many); // more than the burst
    sampler.send(0, span(2, "b"));
    sampler.passTo(40_000);
    assertThat(exported()).containsExactly("b");

    sampler.send(90_000, span("late")); // the bucket is full again
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).isEmpty();
  }

  @Test
  void chanceIsNotDrawnAgain() {
    sampler =
        sampler("{name: half, type: probabilistic, probabilistic: {sampling_percentage: 50}}")
            .start();
    sampler.send(0, span("a"));
    sampler.passTo(30_000);

    sampler.send(31_000, span("late").toBuilder().setTraceState("ot=rv:ffffffffffffff").build());
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).isEmpty();
  }

  /** The traces that chance keeps at their due time stand for all, those with a late error, too. */
  @Test
  void theWeightIsUnknown_ifChanceCouldHaveKeptTheTrace() {
    sampler =
        sampler(
                ERRORS,
                "{name: some, type: probabilistic, probabilistic: {sampling_percentage: 10}}")
            .start();
    sampler.send(0, span("a"));
    sampler.passTo(30_000);
    sampler.send(31_000, error(1, "late"));
    assertThat(sampler.exported().get(0).header(HeaderNames.THRESHOLD)).isNull();
  }

  @Test
  void theWeightIsOne_ifNothingElseCouldHaveKeptTheTrace() {
    sampler = sampler(ERRORS, SLOW).start();
    sampler.send(0, span("a"));
    sampler.passTo(30_000);
    sampler.send(31_000, error(1, "late"));
    assertThat(sampler.exported().get(0).header(HeaderNames.THRESHOLD)).isEqualTo("0");
  }

  @Test
  void whatADropPolicyDropped_staysDropped() {
    sampler =
        sampler(
                "{name: noise, type: drop, drop: {drop_sub_policy: ["
                    + "{type: span_count, span_count: {max_spans: 1}}]}}",
                "{name: all, type: always_sample}")
            .start();
    sampler.send(0, span("a"));
    sampler.passTo(30_000);
    exported();

    sampler.send(31_000, span("late"));
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).isEmpty();
  }

  @Test
  void aRuleMarksTheSpans_withTheLateSpanAsTrigger() {
    sampler =
        new SamplerHarness.Builder(stateDir)
            .policies(
                """
                rules:
                  - name: errors
                    conditions: [span.status.code == STATUS_CODE_ERROR]
                    sampler: {type: always_sample}
                  - name: others
                    sampler: {type: drop}
                """)
            .verdictRetention(RETENTION)
            .start();
    sampler.send(0, span("a"));
    sampler.passTo(40_000);
    sampler.send(41_000, error(1, "late"));
    sampler.tick();
    sampler.readBack();

    List<Span> spans = new ArrayList<>();
    sampler.exported().forEach(e -> spans.addAll(e.stampedSpans()));
    assertThat(spans).extracting(Span::getName).containsExactly("late", "a");
    assertThat(spans)
        .allSatisfy(
            span ->
                assertThat(span.getAttributesList())
                    .contains(
                        Otlp.string("otelcol.processor.adaptive_tail_sampling.rule", "errors"),
                        Otlp.string(
                            "otelcol.processor.adaptive_tail_sampling.trigger", "late_span")));
  }

  @Test
  void aDocumentCanSwitchItOff() {
    sampler =
        new SamplerHarness.Builder(stateDir)
            .policies("{reconsider_late: false, policies: [" + ERRORS + "]}")
            .verdictRetention(RETENTION)
            .start();
    sampler.send(0, span("a"));
    sampler.passTo(30_000);
    sampler.send(31_000, error(1, "late"));
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).isEmpty();
    assertThat(turned("kept")).isZero();
  }

  @Test
  void thePoliciesOfTheFirstVerdictJudge() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, span("a"), span(2, "b"));
    sampler.passTo(30_000);
    sampler.publish(7, 31_000, "policies: [" + SLOW + "]");
    sampler.send(31_000, span(3, "c"));
    sampler.passTo(61_000);

    sampler.send(62_000, error(1, "late"), error(3, "late, for the new ones"));
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).containsExactly("late", "a");
  }

  @Test
  void morePerSecondThanTheLimit_stayDropped_andAreCounted() {
    sampler = sampler(ERRORS).reconsideredPerSecond(2).start();
    sampler.send(0, span(1, "1"), span(2, "2"), span(3, "3"), span(4, "4"));
    sampler.passTo(30_000);
    for (int trace = 1; trace <= 3; trace++) {
      sampler.send(31_000, error(trace, trace + " late"));
    }
    sampler.tick();
    sampler.readBack();
    assertThat(exported()).containsExactly("1 late", "2 late", "1", "2");
    assertThat(turned("limited")).isEqualTo(1);

    sampler.passTo(33_000);
    sampler.send(33_000, span(3, "3 again"));
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).as("the next late span tries again").contains("3", "3 late", "3 again");
    assertThat(turned("kept")).isEqualTo(3);
  }
}
