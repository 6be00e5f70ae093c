package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.sampling.Otlp;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies that are counted only, and policies that end. */
class ShadowPoliciesTest {
  private static final String ERRORS =
      "{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}";
  private static final String BIG = "{name: big, type: span_count, span_count: {min_spans: 3}}";
  private static final String NO_VIP =
      "{name: no-vip, type: drop, drop: {drop_sub_policy: [{type: string_attribute,"
          + " string_attribute: {key: tier, values: [vip]}}]}}";

  @TempDir Path stateDir;

  private SamplerHarness start(String... policies) {
    return new SamplerHarness.Builder(stateDir).policies(set(policies)).start();
  }

  private static String set(String... policies) {
    return "policies: [" + String.join(", ", policies) + "]";
  }

  private static String shadow(String policy) {
    return policy.replaceFirst("type:", "shadow: true, type:");
  }

  private static Span error(long trace) {
    return Otlp.span(trace).toBuilder().setStatus(Status.newBuilder().setCodeValue(2)).build();
  }

  private static Span vip(long trace) {
    return error(trace).toBuilder().addAttributes(Otlp.string("tier", "vip")).build();
  }

  /** Trace 1 is an error of four spans, 2 is big, 3 neither, 4 a small error of a vip. */
  private static void sendAll(SamplerHarness sampler, long at) {
    long from = 16 * at; // other traces, of the same last digits
    sampler.send(
        at, error(from + 1), Otlp.span(from + 1), Otlp.span(from + 1), Otlp.span(from + 1));
    sampler.send(at, Otlp.span(from + 2), Otlp.span(from + 2), Otlp.span(from + 2));
    sampler.send(at, Otlp.span(from + 3));
    sampler.send(at, vip(from + 4));
  }

  private static double policy(SamplerHarness sampler, String what, String policy, String outcome) {
    return sampler.count("tailrace.shadow.policy." + what, "policy", policy, "outcome", outcome);
  }

  private static double set(SamplerHarness sampler, String what, String policy, String outcome) {
    return sampler.count("tailrace.shadow.set." + what, "policy", policy, "outcome", outcome);
  }

  @Test
  void countsWhatAShadowWouldKeepOrDrop_aloneAndOnTop_andExportsAsIfItWereNotThere() {
    try (SamplerHarness sampler = start(ERRORS, shadow(BIG), shadow(NO_VIP))) {
      sendAll(sampler, 0);
      sampler.passTo(30_001);

      assertThat(sampler.exported())
          .extracting(exported -> exported.traceId().substring(31))
          .containsExactlyInAnyOrder("1", "4");
      assertThat(policy(sampler, "traces", "big", "kept_alone")).isEqualTo(2);
      assertThat(policy(sampler, "spans", "big", "kept_alone")).isEqualTo(7);
      assertThat(policy(sampler, "traces", "big", "kept_more")).isEqualTo(1);
      assertThat(policy(sampler, "spans", "big", "kept_more")).isEqualTo(3);
      assertThat(policy(sampler, "bytes", "big", "kept_more"))
          .isEqualTo(Otlp.request(Otlp.span(2), Otlp.span(2), Otlp.span(2)).getSerializedSize());
      assertThat(policy(sampler, "traces", "no-vip", "dropped_alone")).isEqualTo(1);
      assertThat(policy(sampler, "traces", "no-vip", "dropped_more")).isEqualTo(1);
      assertThat(policy(sampler, "traces", "no-vip", "kept_alone")).isZero();
    }
  }

  @Test
  void aShadowThatDropsTakesNothingMore_fromWhatIsNotKept() {
    try (SamplerHarness sampler = start(BIG, shadow(NO_VIP))) {
      sendAll(sampler, 0);
      sampler.passTo(30_001);

      assertThat(policy(sampler, "traces", "no-vip", "dropped_alone")).isEqualTo(1);
      assertThat(policy(sampler, "traces", "no-vip", "dropped_more")).isZero();
    }
  }

  @Test
  void comparesAWholeSet_fromItsLogTimeOn() {
    try (SamplerHarness sampler = start(ERRORS)) {
      sendAll(sampler, 0);
      sampler.publishShadow(5, 100_000, set(NO_VIP, BIG));
      sendAll(sampler, 100_000); // those before are due before it votes
      sampler.passTo(130_001);

      assertThat(sampler.exported())
          .allSatisfy(
              exported -> assertThat(exported.header(HeaderNames.POLICY_VERSION)).isEqualTo("0"))
          .hasSize(4);
      assertThat(set(sampler, "traces", "big", "kept_by_both")).isEqualTo(1);
      assertThat(set(sampler, "spans", "big", "kept_by_both")).isEqualTo(4);
      assertThat(set(sampler, "traces", "big", "kept_by_shadow_only")).isEqualTo(1);
      assertThat(set(sampler, "spans", "big", "kept_by_shadow_only")).isEqualTo(3);
      assertThat(set(sampler, "traces", "errors", "kept_by_active_only")).isEqualTo(1);
      assertThat(set(sampler, "spans", "errors", "kept_by_active_only")).isEqualTo(1);
      assertThat(set(sampler, "traces", "", "kept_by_neither")).isEqualTo(1);
    }
  }

  @Test
  void tracesThatWereOpenWhenAShadowCame_areCountedByAllTheirSpans() {
    try (SamplerHarness sampler = start(ERRORS)) {
      sampler.send(0, vip(4));
      sampler.publishShadow(
          5,
          10_000,
          set(
              "{name: vip, type: string_attribute,"
                  + " string_attribute: {key: tier, values: [vip]}}"));
      sampler.send(20_000, Otlp.span(4));
      sampler.passTo(30_001);

      assertThat(set(sampler, "traces", "vip", "kept_by_both")).isEqualTo(1);
      assertThat(sampler.exported()).hasSize(1);
    }
  }

  @Test
  void aShadowThatEndsCountsNoMore() {
    try (SamplerHarness sampler = start(ERRORS)) {
      sampler.publishShadow(5, 0, set(BIG));
      sampler.publishShadow(6, 50_000, null);
      sendAll(sampler, 10_000);
      sendAll(sampler, 50_000);
      sampler.passTo(80_001);

      assertThat(set(sampler, "traces", "big", "kept_by_both")).isEqualTo(1);
      assertThat(sampler.exported()).hasSize(4);
    }
  }

  @Test
  void theLimitsOfPoliciesGoOn_whenAShadowComesAndGoes() {
    String limit =
        "{name: limit, type: rate_limiting, rate_limiting: {spans_per_second: 1,"
            + " burst_capacity: 50}}";
    try (SamplerHarness sampler = start(limit)) {
      sampler.publishShadow(5, 30_500, set(limit, BIG));
      sampler.publishShadow(6, 31_500, null);
      for (int i = 0; i < 20; i++) {
        long id = i * 0x9E3779B97F4A7C15L; // of any randomness
        sampler.send(
            i * 100L, Otlp.span(id), Otlp.span(id), Otlp.span(id), Otlp.span(id), Otlp.span(id));
      }
      sampler.passTo(40_000);

      assertThat(sampler.exported())
          .as("50 tokens, and 5 in 5 s, for which the last ones wait")
          .hasSize(11);
    }
  }

  @Test
  void aPolicyEndsAtItsLogTime_andNotWhenItIsRead() {
    String end = Instant.ofEpochMilli(SamplerHarness.START + 30_001).toString();
    String all = "{name: all, expires_at: '" + end + "', type: always_sample}";
    try (SamplerHarness sampler = start(ERRORS, all)) {
      sampler.send(0, Otlp.span(1));
      sampler.send(1, Otlp.span(2));
      sampler.send(1, error(3));
      sampler.passTo(3_600_000);

      assertThat(sampler.exported())
          .extracting(e -> e.traceId().substring(31) + " " + e.header(HeaderNames.POLICY))
          .containsExactlyInAnyOrder("1 all", "3 errors");
    }
  }
}
