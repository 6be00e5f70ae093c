package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link PolicySet#newContentJudge}: traces that are decided again after a late span. */
class ContentJudgeTest {
  private static final String ERROR =
      "{name: e, type: status_code, status_code: {status_codes: [ERROR]}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "always_sample; {}; SAMPLED",
        "status_code; {status_codes: [ERROR]}; SAMPLED",
        "latency; {threshold_ms: 1}; SAMPLED",
        "probabilistic; {sampling_percentage: 0}; NOT_SAMPLED",
        "probabilistic; {sampling_percentage: 100}; SAMPLED",
        "rate_limiting; {spans_per_second: 1000}; NOT_SAMPLED",
        "bytes_limiting; {bytes_per_second: 1000000}; NOT_SAMPLED",
        "adaptive_percentage; {goal_percentage: 100, fingerprint_attributes: [root.name]}; NOT_SAMPLED",
        "adaptive_throughput; {goal_throughput: 1000, fingerprint_attributes: [root.name]}; NOT_SAMPLED",
        "composite; {max_total_spans_per_second: 100, policy_order: [e], composite_sub_policy: ["
            + ERROR
            + "], rate_allocation: [{policy: e, percent: 100}]}; NOT_SAMPLED",
        "and; {and_sub_policy: ["
            + ERROR
            + ", {type: rate_limiting, rate_limiting: {spans_per_second: 1000}}]}; NOT_SAMPLED",
        "not; {not_sub_policy: {type: rate_limiting, rate_limiting: {spans_per_second: 1}}};"
            + " NOT_SAMPLED",
        "and; {and_sub_policy: ["
            + ERROR
            + ", {type: probabilistic, probabilistic: {sampling_percentage: 100}}]}; SAMPLED",
      })
  void samplesByContentAndChanceOnly(String type, String settings, Decision.Outcome expected) {
    PolicySet set = Sets.of(type, settings);
    TestTrace trace = raisingAll(set);
    assertThat(set.newContentJudge().decide(trace, 1_000).outcome()).isEqualTo(expected);
    assertThat(set.newContentJudge().decide(trace, 1_000).outcome()).isEqualTo(expected);
  }

  private static TestTrace raisingAll(PolicySet set) {
    TestTrace trace = TestTrace.ofNanos(5_000_000);
    trace.raised = new long[set.signals().words()];
    Arrays.fill(trace.raised, -1);
    trace.fingerprints = new long[set.signals().fingerprints().all().size()];
    return trace;
  }

  @Test
  void aRuleThatMatchesFirstDecides_evenIfItHasABudget() {
    PolicySet set =
        Sets.parsed(
            """
            rules:
              - name: errors
                conditions: [span.status.code == STATUS_CODE_ERROR]
                sampler: {type: adaptive_throughput, goal_throughput: 10, fingerprint_attributes: [root.name]}
              - name: others
                sampler: {type: always_sample}
            """);
    TestTrace failed = raisingAll(set);
    TestTrace other = raisingAll(set);
    other.raised = new long[set.signals().words()];
    assertThat(set.newContentJudge().decide(failed, 0).outcome())
        .isEqualTo(Decision.Outcome.NOT_SAMPLED);
    assertThat(set.newContentJudge().decide(other, 0).outcome())
        .isEqualTo(Decision.Outcome.SAMPLED);
  }

  @Test
  void isOnUnlessSwitchedOff() {
    String policies = Sets.one("always_sample", "{}");
    PolicySet on = Sets.parsed(policies);
    PolicySet off = Sets.parsed("{reconsider_late: false, " + policies + "}");
    assertThat(on.reconsidersLate()).isTrue();
    assertThat(off.reconsidersLate()).isFalse();
    assertThat(off.summary()).endsWith("Late spans follow the verdict of their trace.");
    assertThat(
            Sets.parsed(
                    "{reconsider_late: false, rules: [{name: a, sampler: {type: always_sample}}]}")
                .reconsidersLate())
        .isFalse();
  }

  /** Other JVMs read what this one has stored: no hash code of an object may be part of it. */
  @Test
  void signalsHaveTheSameIdentityInEveryJvm() {
    PolicySet set =
        Sets.parsed(
            """
            policies:
              - {name: a, type: string_attribute, string_attribute: {key: k, values: [one, two, three]}}
              - {name: b, type: string_attribute, string_attribute: {key: k, values: ["^a", "b$"], enabled_regex_matching: true}}
              - {name: c, type: numeric_attribute, numeric_attribute: {key: n, min_value: 1, max_value: 2}}
              - {name: d, type: boolean_attribute, boolean_attribute: {key: f, value: true}}
              - {name: e, type: status_code, status_code: {status_codes: [ERROR, UNSET]}}
              - {name: f, type: trace_state, trace_state: {key: s, values: [x, y, z]}}
              - {name: g, type: trace_flags, trace_flags: {}}
              - {name: h, type: ottl_condition, ottl_condition: {error_mode: propagate, span: ['span.name == "a"'], spanevent: ['spanevent.name == "b"']}}
            """);
    assertThat(set.signals().identity()).as(set.signals().toString()).isEqualTo(649790153);
  }
}
