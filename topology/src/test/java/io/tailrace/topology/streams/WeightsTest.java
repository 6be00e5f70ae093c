package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.streams.SamplerHarness.Exported;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kept spans, verdicts and metrics say of the probability of a trace. */
class WeightsTest {
  private static final String HALF =
      "policies: [{name: half, type: probabilistic, probabilistic: {sampling_percentage: 50}}]";
  private static final String ERRORS_AND_HALF =
      """
      sample_on_first_match: true
      policies:
      - {name: half, type: probabilistic, probabilistic: {sampling_percentage: 50}}
      - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
      """;

  /** A trace whose randomness is the greatest. */
  private static final long SAMPLED = -1;

  /** A trace whose randomness is low. */
  private static final long UNSAMPLED = 1;

  @TempDir Path stateDir;

  @Test
  void stampsEachSpanOfAKeptTrace_lateOnesToo() {
    try (SamplerHarness sampler = sampler(HALF).start()) {
      sampler.send(0, span(SAMPLED, ""), span(SAMPLED, "dd=1"), span(UNSAMPLED, ""));
      sampler.passTo(30_000);
      sampler.send(31_000, span(SAMPLED, "ot=th:4"), span(SAMPLED, "ot=th:c"));

      List<Exported> exported = sampler.exported();
      assertThat(exported).hasSize(2);
      assertThat(states(exported.get(0))).containsExactly("ot=th:8", "ot=th:8,dd=1");
      assertThat(states(exported.get(1))).containsExactly("ot=th:8", "ot=th:c");
      assertThat(exported)
          .allSatisfy(record -> assertThat(record.header("tailrace-threshold")).isEqualTo("8"));
    }
  }

  /** An error counts once, although a policy before it samples half of all traces. */
  @Test
  void stampsTheLeastThreshold_ofAllPoliciesThatCouldSampleTheTrace() {
    try (SamplerHarness sampler = sampler(ERRORS_AND_HALF).start()) {
      sampler.send(0, Otlp.error(SAMPLED), Otlp.error(UNSAMPLED), span(-2, ""));
      sampler.passTo(30_000);

      assertThat(sampler.exported())
          .extracting(WeightsTest::states)
          .containsExactlyInAnyOrder(List.of("ot=th:0"), List.of("ot=th:0"), List.of("ot=th:8"));
    }
  }

  @Test
  void decidesByExplicitRandomness() {
    try (SamplerHarness sampler = sampler(HALF).start()) {
      sampler.send(0, span(SAMPLED, ""), span(SAMPLED, "ot=rv:00000000000001"));
      sampler.send(0, span(UNSAMPLED, ""), span(UNSAMPLED, "ot=rv:80000000000000"));
      sampler.passTo(30_000);

      assertThat(sampler.exported())
          .singleElement()
          .satisfies(
              trace ->
                  assertThat(states(trace))
                      .containsExactly("ot=th:8", "ot=rv:80000000000000;th:8"));
    }
  }

  /** The first span in log order with a readable value counts, also after a restart of reading. */
  @Test
  void takesTheFirstReadableRandomness() {
    try (SamplerHarness sampler = sampler(HALF).onDisk().start()) {
      sampler.send(0, span(UNSAMPLED, "ot=rv:8"), span(UNSAMPLED, "Bad,ot=rv:80000000000000"));
      sampler.send(1, span(UNSAMPLED, "ot=rv:fffffffffffff0"));
      sampler.send(2, span(UNSAMPLED, "ot=rv:00000000000000"));
      sampler.passTo(30_000);

      assertThat(sampler.exported()).hasSize(1);
    }
  }

  @Test
  void leavesSpansAsTheyCame_ifToldSo() {
    try (SamplerHarness sampler =
        sampler("use_tracestate: false\npolicies: [{name: all, type: always_sample}]").start()) {
      sampler.send(0, span(1, ""), span(1, "ot=th:f"));
      sampler.passTo(30_000);

      assertThat(states(sampler.exported().get(0))).containsExactly("", "ot=th:f");
    }
  }

  @Test
  void aLimiterGivesThresholds_ofTheFirstTraceThatItDoesNotLetPass() {
    try (SamplerHarness sampler =
        sampler(
                "policies: [{name: some, type: rate_limiting,"
                    + " rate_limiting: {spans_per_second: 1, burst_capacity: 2}}]")
            .start()) {
      sampler.send(1, span(0xC0L << 48, "ot=th:8"));
      sampler.send(300, span(0xE0L << 48, ""), span(0x40L << 48, ""));
      sampler.send(1_000, span(0x41L << 48, ""));
      sampler.passTo(30_999);
      assertThat(sampler.exported()).as("the second has not ended").isEmpty();
      sampler.passTo(31_000);

      assertThat(sampler.exported())
          .extracting(e -> e.header("tailrace-threshold") + " " + states(e))
          .containsExactlyInAnyOrder("4101 [ot=th:8]", "4101 [ot=th:4101]");
      assertThat(sampler.exported())
          .allSatisfy(
              e ->
                  assertThat(e.header("tailrace-decided-at"))
                      .isEqualTo(Long.toString(SamplerHarness.START + 31_000)));
    }
  }

  @Test
  void removesThresholds_ofTracesOfUnknownProbability() {
    try (SamplerHarness sampler =
        sampler(
                "policies: [{name: some, type: probabilistic,"
                    + " probabilistic: {sampling_percentage: 99.9, hash_salt: x}}]")
            .start()) {
      sampler.send(0, span(SAMPLED, "ot=th:8"), span(SAMPLED, "ot=x:1"));
      sampler.passTo(30_000);

      Exported trace = sampler.exported().get(0);
      assertThat(states(trace)).containsExactly("", "ot=x:1");
      assertThat(trace.header("tailrace-threshold")).isNull();
      assertThat(sampler.count("tailrace.spans.stamped", "result", "unknown")).isEqualTo(2);
    }
  }

  @Test
  void countsWhatSampledTracesStandFor() {
    try (SamplerHarness sampler = sampler(ERRORS_AND_HALF).start()) {
      sampler.send(0, Otlp.error(SAMPLED), span(UNSAMPLED, ""), span(-2, ""));
      sampler.send(0, span(-3, "ot=th:8")); // already represents two
      sampler.passTo(30_000);

      assertThat(sampler.count("tailrace.policy.truth.decided", "policy", "errors")).isOne();
      assertThat(sampler.count("tailrace.policy.truth.adjusted", "policy", "errors")).isOne();
      assertThat(sampler.count("tailrace.policy.truth.decided", "policy", "half")).isEqualTo(5);
      assertThat(sampler.count("tailrace.policy.truth.adjusted", "policy", "half")).isEqualTo(6);
      assertThat(sampler.count("tailrace.truth.decided")).isEqualTo(5);
      assertThat(sampler.count("tailrace.truth.adjusted")).isEqualTo(5); // the error is one
      assertThat(sampler.count("tailrace.truth.variance")).isEqualTo(2);
    }
  }

  @Test
  void writesTheAdjustedCount_ifAskedTo() {
    try (SamplerHarness sampler = sampler(HALF).sampleRateAttribute("SampleRate").start()) {
      sampler.send(0, span(SAMPLED, ""), span(SAMPLED, "ot=th:c"));
      sampler.passTo(30_000);

      assertThat(sampler.exported().get(0).stampedSpans())
          .extracting(span -> span.getAttributes(0))
          .containsExactly(rate(2), rate(4));
    }
  }

  @Test
  void writesThePolicies_ifAskedTo() throws Exception {
    String policies =
        """
        policies:
        - name: budget
          type: composite
          composite:
            max_total_spans_per_second: 1000
            policy_order: [errors, rest]
            composite_sub_policy:
            - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
            - {name: rest, type: always_sample}
        """;
    try (SamplerHarness sampler = sampler(policies).recordPolicy().start()) {
      sampler.send(0, span(2, ""));
      sampler.passTo(30_000);
      sampler.send(31_000, span(2, "")); // late

      for (Exported record : sampler.exported()) {
        ResourceSpans resource = TracesData.parseFrom(record.record().value()).getResourceSpans(0);
        assertThat(resource.getScopeSpans(0).getScope().getAttributesList())
            .containsExactly(
                Otlp.string("tailsampling.policy", "budget"),
                Otlp.string("tailsampling.composite_policy", "rest"));
      }
    }
  }

  /** No scan reads scopes unless policies ask for their attributes. */
  @Test
  void aMalformedScopeIsNotStamped_andHarmsNothing() throws Exception {
    ScopeSpans.Builder spans = ScopeSpans.newBuilder().addSpans(span(2, ""));
    spans.setUnknownFields(field(1, ByteString.copyFrom(new byte[1]))); // a tag of 0
    ResourceSpans.Builder resource =
        ResourceSpans.newBuilder().setUnknownFields(field(2, spans.build().toByteString()));
    byte[] record =
        TracesData.newBuilder()
            .setUnknownFields(field(1, resource.build().toByteString()))
            .build()
            .toByteArray();
    try (SamplerHarness sampler =
        sampler("policies: [{name: all, type: always_sample}]").recordPolicy().start()) {
      sampler.sendBytes(0, record);
      sampler.send(1, span(3, ""));
      sampler.passTo(31_000);

      assertThat(sampler.read("export")).hasSize(2);
    }
  }

  private static UnknownFieldSet field(int number, ByteString content) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addLengthDelimited(content).build())
        .build();
  }

  @Test
  void stampsJson_andEachPartOfATrace() throws Exception {
    try (SamplerHarness sampler =
        sampler(HALF).export(Encoding.OTLP_JSON).maxExportRecord(400).start()) {
      for (int i = 0; i < 5; i++) {
        sampler.send(i, span(SAMPLED, ""));
      }
      sampler.passTo(30_000);

      List<JsonNode> states = new ArrayList<>();
      for (Exported part : sampler.exported()) {
        states.addAll(
            new ObjectMapper()
                .readTree(new String(part.record().value(), StandardCharsets.UTF_8))
                .findValues("traceState"));
      }
      assertThat(states).extracting(JsonNode::asText).hasSize(5).containsOnly("ot=th:8");
    }
  }

  private SamplerHarness.Builder sampler(String policies) {
    return new SamplerHarness.Builder(stateDir).policies(policies);
  }

  private static Span span(long trace, String traceState) {
    return Otlp.span(trace).toBuilder().setTraceState(traceState).build();
  }

  private static List<String> states(Exported record) {
    return record.stampedSpans().stream().map(Span::getTraceState).toList();
  }

  private static KeyValue rate(double value) {
    return KeyValue.newBuilder()
        .setKey("SampleRate")
        .setValue(AnyValue.newBuilder().setDoubleValue(value))
        .build();
  }
}
