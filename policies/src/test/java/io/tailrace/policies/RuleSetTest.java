package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.ottl.TestSpan;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleSetTest {
  private static final String RULES =
      """
      processors:
        adaptive_tail_sampling:
          rules:
            - name: errors
              conditions: ['span.status.code == STATUS_CODE_ERROR']
              sampler: {type: always_sample}
            - name: health
              conditions: ['span.name == "GET /health"']
              sampler: {type: drop}
            - name: slow-writes
              match: same_span
              conditions: ['span.attributes["db"] == "write"', 'span.attributes["ms"] > 100']
              sampler: {type: probabilistic, sampling_percentage: 50}
            - name: default
              sampler: {type: probabilistic, sampling_percentage: 25}
      """;

  private static String of(String settings, String rules) {
    return "adaptive_tail_sampling: {" + settings + "rules: [" + rules + "]}";
  }

  private static TestTrace trace(PolicySet set, double randomness, TestSpan... spans) {
    TestTrace trace = SlotRuns.traceAt(randomness, spans.length);
    trace.raised = new long[set.signals().words()];
    for (TestSpan span : spans) {
      Sets.span(set.signals(), span, 0, trace.raised);
    }
    return trace;
  }

  private static TestSpan span(String db, long millis) {
    TestSpan span = new TestSpan();
    span.attributes.put("db", db);
    span.attributes.put("ms", millis);
    return span;
  }

  private static String decided(PolicySet set, TestTrace trace) {
    Decision decision = Sets.judge(set).decide(trace, 0);
    return decision.outcome() == Decision.Outcome.SAMPLED
        ? set.policyNames().get(decision.policy()) + " " + decision.threshold() / 0x1p56
        : "not sampled, " + decision.leastThreshold() / 0x1p56;
  }

  @Test
  void theFirstRuleThatMatchesDecides() {
    PolicySet set = Sets.parsed(RULES);
    TestSpan error = span("write", 500);
    error.statusCode = 2;
    TestSpan health = new TestSpan();
    health.name = "GET /health";

    assertThat(decided(set, trace(set, .1, error, health))).isEqualTo("errors 0.0");
    assertThat(decided(set, trace(set, .99, health, span("write", 500))))
        .as("its drop is final")
        .isEqualTo("not sampled, 1.0");
    assertThat(decided(set, trace(set, .6, span("write", 500)))).isEqualTo("slow-writes 0.5");
    assertThat(decided(set, trace(set, .4, span("write", 500))))
        .as("a later rule is not asked")
        .isEqualTo("not sampled, 0.5");
    assertThat(decided(set, trace(set, .8, span("write", 5), span("read", 500))))
        .as("no span meets both conditions")
        .isEqualTo("default 0.75");
    assertThat(decided(set, trace(set, .7))).isEqualTo("not sampled, 0.75");
  }

  @Test
  void aRuleThatHasExpiredMatchesNoTrace() {
    PolicySet set =
        Sets.parsed(
            of(
                "",
                "{name: temporary, expires_at: '1970-01-01T00:00:10Z', sampler: {type: drop}},"
                    + " {name: rest, sampler: {type: always_sample}}"));
    Judge judge = Sets.judge(set);
    assertThat(judge.decide(trace(set, .5), 9_999).outcome())
        .isEqualTo(Decision.Outcome.NOT_SAMPLED);
    Decision after = judge.decide(trace(set, .5), 10_000);
    assertThat(after.outcome()).isEqualTo(Decision.Outcome.SAMPLED);
    assertThat(set.policyNames().get(after.policy())).isEqualTo("rest");
    assertThat(set.lint()).as("it takes every trace for a time only").isEmpty();
  }

  @Test
  void anySpanMeetsEachCondition_unlessToldOtherwise() {
    PolicySet set = Sets.parsed(RULES.replace("match: same_span", "match: any_span"));
    assertThat(decided(set, trace(set, .6, span("write", 5), span("read", 500))))
        .isEqualTo("slow-writes 0.5");
  }

  @Test
  void aConditionThatFailsIsNotMet() {
    PolicySet set =
        Sets.parsed(
            of(
                "",
                "{name: r, conditions: ['Int(name) + 1 > attributes[\"s\"] * 2'],"
                    + " sampler: {type: always_sample}}"));
    TestSpan span = new TestSpan();
    span.attributes.put("s", "text");
    assertThat(decided(set, trace(set, .5, span))).startsWith("not sampled");
  }

  @Test
  void hasTheDefaultsOfTheCollector() {
    PolicySet set = Sets.parsed(RULES);
    assertThat(set.hasRules()).isTrue();
    assertThat(set.useTraceState()).isTrue();
    assertThat(set.decisionWait()).contains(Duration.ofSeconds(32));
    assertThat(set.decisionWaitAfterRootReceived()).contains(Duration.ofSeconds(2));
    assertThat(set.spanLimit()).isEqualTo(10_000);
    assertThat(set.recordFingerprint()).isEqualTo(RecordFingerprint.NONE);
    assertThat(set.warnings()).isEmpty();
  }

  @Test
  void readsAllSettings() {
    PolicySet set =
        Sets.parsed(
            """
            adaptive_tail_sampling/x:
              trace_timeout: 10s
              decision_delay: 1s
              num_traces: 50000
              span_limit: 0
              decision_cache: {sampled_cache_size: 0, non_sampled_cache_size: 10}
              eviction: {policy: probabilistic, sampling_percentage: 10}
              record_fingerprint: hash
              root_span_condition: 'IsRootSpan() or kind == SPAN_KIND_SERVER'
              rules:
                - name: all
                  sampler:
                    type: adaptive_throughput
                    algorithm: windowed
                    goal_throughput: 100
                    fingerprint_attributes: ['root.attributes["k"]']
                    update_frequency: 1s
                    lookback_frequency: 30s
                    max_keys: 500
                    shared_counters: {extension: x, sync_timeout: 5s}
            """);
    assertThat(set.decisionWait()).contains(Duration.ofSeconds(11));
    assertThat(set.spanLimit()).isEqualTo(Integer.MAX_VALUE);
    assertThat(set.recordFingerprint()).isEqualTo(RecordFingerprint.HASH);
    assertThat(set.rootSpanCondition()).isPresent();
    assertThat(set.usesSlots()).isTrue();
    assertThat(set.fingerprint(0)).isZero();
    assertThat(set.warnings())
        .as("what has no effect here")
        .hasSize(4)
        .anySatisfy(warning -> assertThat(warning).contains("shared_counters"));
  }

  @Test
  void readsABlockWithoutANameAround() {
    assertThat(Sets.parsed("rules: [{name: r, sampler: {type: always_sample}}]").hasRules())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trace_timeout: 0s|trace_timeout",
        "trace_timeout: -1s|trace_timeout",
        "decision_delay: 0s|decision_delay",
        "num_traces: 0|num_traces",
        "span_limit: -1|span_limit",
        "decision_cache: {sampled_cache_size: -1}|sampled_cache_size",
        "decision_cache: {non_sampled_cache_size: -1}|non_sampled_cache_size",
        "record_fingerprint: text|record_fingerprint",
        "root_span_condition: 'x y'|root_span_condition",
        "eviction: {policy: newest}|eviction.policy",
        "eviction: {sampling_percentage: 5}|eviction.sampling_percentage",
        "eviction: {policy: probabilistic}|eviction.sampling_percentage",
        "eviction: {policy: probabilistic, sampling_percentage: 101}|eviction.sampling_percentage",
        "decision_wait: 5s|decision_wait"
      })
  void refusesSettingsAsTheCollectorDoes(String example) {
    String[] parts = example.split("\\|");
    assertThat(Sets.faults(of(parts[0] + ", ", "{name: r, sampler: {type: always_sample}}")))
        .singleElement()
        .asString()
        .contains(parts[1]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{sampler: {type: always_sample}}|name",
        "{name: '', sampler: {type: always_sample}}|name",
        "{name: _x, sampler: {type: always_sample}}|name",
        "{name: a, sampler: {type: always_sample}}, {name: a, sampler: {type: drop}}|name",
        "{name: a, match: all, conditions: ['true'], sampler: {type: drop}}|match",
        "{name: a, match: any_span, sampler: {type: drop}}|match",
        "{name: a, conditions: ['x y'], sampler: {type: drop}}|conditions[0]",
        "{name: a}|sampler",
        "{name: a, sampler: {}}|type",
        "{name: a, sampler: {type: best}}|type",
        "{name: a, sampler: {type: probabilistic}}|sampling_percentage",
        "{name: a, sampler: {type: probabilistic, sampling_percentage: 0}}|sampling_percentage",
        "{name: a, sampler: {type: probabilistic, sampling_percentage: 101}}|sampling_percentage",
        "{name: a, sampler: {type: always_sample, sampling_percentage: 5}}|sampling_percentage",
        "{name: a, policy: x, sampler: {type: drop}}|policy"
      })
  void refusesRulesAsTheCollectorDoes(String example) {
    String[] parts = example.split("\\|");
    assertThat(Sets.faults(of("", parts[0]))).singleElement().asString().contains(parts[1]);
  }

  @Test
  void refusesASetWithoutRules() {
    assertThat(Sets.faults("adaptive_tail_sampling: {rules: []}")).hasSize(1);
    assertThat(Sets.faults("adaptive_tail_sampling: {trace_timeout: 5s}")).hasSize(1);
  }

  @Test
  void refusesBothBlocks() {
    assertThat(
            Sets.faults(
                "{tail_sampling: {policies: [{name: p, type: always_sample}]},"
                    + " adaptive_tail_sampling: {rules: [{name: r, sampler: {type: drop}}]}}"))
        .singleElement()
        .asString()
        .contains("one tail_sampling or adaptive_tail_sampling block");
  }

  @Test
  void warnsOfRulesAfterACatchAll() {
    PolicySet set =
        Sets.parsed(
            of(
                "",
                "{name: all, sampler: {type: probabilistic, sampling_percentage: 5}},"
                    + " {name: late, conditions: ['true'], sampler: {type: always_sample}}"));
    assertThat(set.lint())
        .containsExactly("rules.late: never reached, the earlier rule all takes every trace");
    assertThat(Sets.parsed(RULES).lint()).isEmpty();
  }

  @Test
  void saysInPlainLanguageWhatItDoes() {
    assertThat(Sets.parsed(RULES).summary())
        .containsExactly(
            "A trace is decided 32s after its first span, or 2s after its root span if that is"
                + " sooner.",
            "The first rule that matches decides:",
            "  errors        if a span meets `span.status.code == STATUS_CODE_ERROR`: kept",
            "  health        if a span meets `span.name == \"GET /health\"`: not kept",
            "  slow-writes   if one span meets `span.attributes[\"db\"] == \"write\"` and"
                + " `span.attributes[\"ms\"] > 100`: 50 % of traces, chosen by trace id",
            "  default       25 % of traces, chosen by trace id",
            "Late spans can still make a trace match: it is then kept as a whole.");
  }

  @Test
  void onlyTracesOfTheRuleCompete() {
    PolicySet set =
        Sets.parsed(
            of(
                "",
                "{name: errors, conditions: ['status.code == 2'],"
                    + " sampler: {type: always_sample}}, {name: rest, sampler: {type:"
                    + " adaptive_throughput, goal_throughput: 2, fingerprint_attributes:"
                    + " ['root.name']}}"));
    TestSpan error = new TestSpan();
    error.statusCode = 2;
    List<TestTrace> traces =
        List.of(
            trace(set, .9, error, error),
            trace(set, .8, new TestSpan()),
            trace(set, .7, new TestSpan()),
            trace(set, .6, new TestSpan()));
    traces.forEach(trace -> trace.fingerprints = new long[] {1});
    Judge judge = Sets.judge(set);
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    assertThat(
            traces.stream().map(t -> judge.decideInSlot(t).outcome() == Decision.Outcome.SAMPLED))
        .containsExactly(true, true, true, false);
    assertThat(judge.decideInSlot(traces.get(0)).threshold()).isZero();
    assertThat(judge.decideInSlot(traces.get(1)).threshold() / 0x1p56).isBetween(.6, .61);
  }
}
