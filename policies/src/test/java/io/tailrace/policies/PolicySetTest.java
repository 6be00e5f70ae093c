package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.document.Fault;
import io.tailrace.policies.kinds.PolicyKinds;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.ottl.TestSpan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicySetTest {
  private static final String ALL = "policies: [{name: all, type: always_sample}]";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{%s}",
        "tail_sampling: {%s}",
        "tail_sampling/errors: {%s}",
        "processors: {batch: {timeout: 1s}, tail_sampling: {%s}}",
        "{receivers: {otlp: }, exporters: , service: {x: [1]}, processors: {tail_sampling/a: {%s}}}",
      })
  void findsTheBlock(String document) {
    assertThat(Sets.parsed(document.formatted(ALL)).policyNames()).containsExactly("all");
  }

  @Test
  void refusesASecondBlock() {
    assertThat(
            Sets.faults(
                "processors: {tail_sampling: {%s}, tail_sampling/b: {%s}}".formatted(ALL, ALL)))
        .containsExactly(
            "processors.tail_sampling/b: a mapping (expected: one tail_sampling or adaptive_tail_sampling block, "
                + "processors.tail_sampling is another) at line 1");
  }

  @Test
  void refusesDocumentsWithoutABlock() {
    assertThat(Sets.faults("processors: {batch: }"))
        .singleElement()
        .asString()
        .contains("below processors");
    assertThat(Sets.faults("[{name: a, type: always_sample}]"))
        .singleElement()
        .asString()
        .contains("a mapping");
    assertThat(Sets.faults("{}"))
        .containsExactly("policies: absent (expected: a list with at least one item) at line 1");
    assertThat(Sets.faults("policies: []")).hasSize(1);
  }

  @Test
  void readsWaits() {
    PolicySet set =
        Sets.parsed(
            "{decision_wait: 1m30s, decision_wait_after_root_received: 500ms, " + ALL + "}");
    assertThat(set.decisionWait()).contains(Duration.ofSeconds(90));
    assertThat(set.decisionWaitAfterRootReceived()).contains(Duration.ofMillis(500));
    assertThat(Sets.parsed(ALL).decisionWait()).isEmpty();
    assertThat(
            Sets.parsed("{decision_wait_after_root_received: 0, " + ALL + "}")
                .decisionWaitAfterRootReceived())
        .as("off, whatever else is configured")
        .contains(Duration.ZERO);
    assertThat(Sets.parsed(ALL).decisionWaitAfterRootReceived()).isEmpty();
    assertThat(Sets.faults("{decision_wait: -5s, " + ALL + "}"))
        .containsExactly("decision_wait: \"-5s\" (expected: > 0s) at line 1");
  }

  @Test
  void tellsAllFaultsAtOnce() {
    String text =
        """
        decision_wait: 10
        polices: []
        policies:
          - name: a
            type: latency
            latency: {threshold_ms: abc}
          - name: a
            type: latncy
          - type: numeric_attribute
            numeric_attribute: {key: k}
          - name: c
            type: and
            and:
              and_sub_policy:
                - {type: status_code, status_code: {status_codes: [ERR]}}
                - {type: composite}
          - name: d
            type: probabilistic
            probabilistic: {sampling_percentage: 101}
        """;
    String types = String.join(", ", PolicyKinds.BY_TYPE.keySet());
    assertThat(Sets.faults(text))
        .containsExactlyInAnyOrder(
            "decision_wait: 10 (expected: a duration such as 30s) at line 1",
            "policies[0].latency.threshold_ms: \"abc\" (expected: an integer >= 0) at line 6",
            "policies[1].name: \"a\" (expected: a unique name, policies[0].name has the same) at line 7",
            "policies[1].type: \"latncy\" (expected: one of "
                + types
                + "; did you mean latency?) at line 8",
            "policies[2].name: absent (expected: a string) at line 9",
            "policies[2].numeric_attribute: a mapping (expected: min_value or max_value for key k) at line 10",
            "policies[3].and.and_sub_policy[0].status_code.status_codes[0]: \"ERR\" "
                + "(expected: one of ERROR, OK, UNSET; did you mean ERROR?) at line 15",
            "policies[3].and.and_sub_policy[1].type: \"composite\" "
                + "(expected: a type that can be a sub-policy) at line 16",
            "policies[4].probabilistic.sampling_percentage: 101 (expected: a number in 0.0..100.0) at line 19",
            "polices: a list of 0 (expected: a known key: "
                + "decision_wait, decision_wait_after_root_received, root_span_condition, sample_on_first_match, use_tracestate, reconsider_late, follow_links, num_traces, "
                + "expected_new_traces_per_sec, decision_cache, drop_pending_traces_on_shutdown, "
                + "maximum_trace_size_bytes, block_on_overflow, sampling_strategy, tail_storage, "
                + "num_shards, policies; did you mean policies?) at line 2");
  }

  @Test
  void warnsOfCollectorSettingsThatDoNothing() {
    String text =
        "{num_traces: 100_000, expected_new_traces_per_sec: 10, block_on_overflow: true, "
            + "decision_cache: {sampled_cache_size: 1, non_sampled_cache_size: 2}, num_shards: 2, "
            + "drop_pending_traces_on_shutdown: false, maximum_trace_size_bytes: 0, "
            + "sampling_strategy: trace-complete, tail_storage: pebble_tail_storage, "
            + ALL
            + "}";
    assertThat(Sets.parsed(text).warnings())
        .hasSize(9)
        .contains(
            "num_traces: has no effect here, each task limits open traces by bytes at line 1");
    assertThat(Sets.faults("{decision_cache: {sampled: 1}, num_traces: many, " + ALL + "}"))
        .hasSize(2);
  }

  @Test
  void warnsOfABlockOfAnotherType() {
    PolicySet set =
        Sets.parsed("policies: [{name: a, type: always_sample, latency: {threshold_ms: 5}}]");
    assertThat(set.warnings())
        .containsExactly(
            "policies[0].latency: ignored, the type of this policy is always_sample at line 1");
  }

  @Test
  void refusesRegexesThatBlowUp() {
    String regex = "{key: k, enabled_regex_matching: true, values: ['%s']}";
    for (String hostile :
        List.of("((a{1000}){1000}){10}", "(".repeat(300) + "a" + ")".repeat(300))) {
      assertThat(Sets.faults(Sets.one("string_attribute", regex.formatted(hostile))))
          .singleElement()
          .asString()
          .contains("a simpler regular expression");
    }
    String many = "'.{1000}', ".repeat(60);
    assertThat(Sets.faults(Sets.one("string_attribute", regex.replace("'%s'", many)))).hasSize(10);
  }

  @Test
  void takesTheDeepestRegexesThatItAllows() {
    String deep = "(".repeat(200) + "a{0,1000}" + ")".repeat(200);
    PolicySet set =
        Sets.of(
            "string_attribute",
            "{key: k, enabled_regex_matching: true, values: ['^%s$']}".formatted(deep));
    assertThat(Sets.samplesAttribute(set, "k", "a".repeat(1_000))).isTrue();
    assertThat(Sets.samplesAttribute(set, "k", "a".repeat(1_001))).isFalse();
  }

  @Test
  void takesNotWithinAndAndAndWithinComposite() {
    String not =
        "{type: not, not: {not_sub_policy: {type: span_count, span_count: {min_spans: 2}}}}";
    PolicySet set = Sets.of("and", "{and_sub_policy: [{type: always_sample}, " + not + "]}");
    assertThat(Sets.samples(Sets.judge(set), TestTrace.ofSpans(1), 0)).isTrue();
    assertThat(Sets.samples(Sets.judge(set), TestTrace.ofSpans(2), 0)).isFalse();
    assertThat(Sets.faults(Sets.one("not", "{}")))
        .singleElement()
        .asString()
        .contains("not_sub_policy");
  }

  @Test
  void refusesNamesInCompositeThatAreNotThere() {
    String text =
        "{max_total_spans_per_second: 1, composite_sub_policy: [{name: a, type: always_sample}], "
            + "policy_order: [a, b, a], rate_allocation: [{policy: c, percent: 101}]}";
    assertThat(Sets.faults(Sets.one("composite", text)))
        .extracting(fault -> fault.substring(0, fault.indexOf(" (")))
        .containsExactly(
            "policies[0].composite.policy_order[1]: \"b\"",
            "policies[0].composite.policy_order[2]: \"a\"",
            "policies[0].composite.rate_allocation[0].policy: \"c\"",
            "policies[0].composite.rate_allocation[0].percent: 101");
  }

  @Test
  void mergesEntriesOfAnotherMapping_itsOwnFirst() {
    PolicySet set =
        Sets.parsed(
            """
            processors:
              tail_sampling:
                policies:
                  - &errors
                    name: errors
                    type: status_code
                    status_code: {status_codes: [ERROR]}
                  - <<: *errors
                    name: not-ok
                    status_code: {status_codes: [ERROR, UNSET]}
                  - {name: slow, <<: [{type: latency, name: no}, {type: x, latency: {threshold_ms: 5}}]}
            """);
    assertThat(set.policyNames()).containsExactly("errors", "not-ok", "slow");
    assertThat(set.summary().toString())
        .contains("a span has status ERROR or UNSET", "it lasts more than 5ms");
  }

  @Test
  void refusesToMergeWhatIsNoMapping_andTakesAQuotedKeyForAKey() {
    for (String wrong : List.of("<<: 5", "<<: [5]", "<<: [[{}]]")) {
      assertThat(PolicySet.parse("policies: [{" + wrong + "}]").getError().get(0).message())
          .as(wrong)
          .contains("mapping");
    }
    assertThat(PolicySet.parse("policies: [{'<<': {name: a}}]").getError().map(Fault::path))
        .contains("policies[0].<<");
  }

  @Test
  void aRootSpanCanBeOneThatMeetsACondition() {
    String condition =
        "IsRootSpan() or span.attributes[\"root\"] == true or 1 / (span.kind - 7) == 1";
    PolicySet set =
        Sets.parsed(
            Sets.json(
                Map.of(
                    "root_span_condition",
                    condition,
                    "policies",
                    List.of(Map.of("name", "all", "type", "always_sample")))));
    assertThat(Sets.parsed("{" + ALL + "}").rootSpanCondition()).isEmpty();
    SpanConditions root = set.rootSpanCondition().orElseThrow();
    TestSpan span = new TestSpan();
    assertThat(root.evaluate(span, 0)).isEqualTo(SpanConditions.Outcome.MET);
    span.parentSpanId = "1112131415161719";
    assertThat(root.evaluate(span, 0)).isEqualTo(SpanConditions.Outcome.NOT_MET);
    span.kind = 7;
    assertThat(root.evaluate(span, 0)).as("an error").isEqualTo(SpanConditions.Outcome.NOT_MET);
    span.attributes.put("root", true);
    assertThat(root.evaluate(span, 0)).isEqualTo(SpanConditions.Outcome.MET);
  }

  @Test
  void refusesARootSpanConditionThatDoesNotCompile() {
    assertThat(Sets.faults("{root_span_condition: 'kind ==', " + ALL + "}"))
        .singleElement()
        .asString()
        .startsWith("root_span_condition: \"kind ==\" (expected: ");
    assertThat(Sets.faults("{root_span_condition: [true], " + ALL + "}"))
        .containsExactly("root_span_condition: a list of 1 (expected: a string) at line 1");
    assertThat(Sets.faults("{root_span_condition: '', " + ALL + "}")).hasSize(1);
  }

  @Test
  void takesATextForAListOfTexts_splitAtCommas() {
    String documents =
        """
        policies:
          - {name: a, type: status_code, status_code: {status_codes: 'ERROR,OK'}}
          - {name: b, type: string_attribute, string_attribute: {key: k, values: v}}
          - {name: c, type: trace_state, trace_state: {key: k, values: 'x,y'}}
          - {name: d, type: ottl_condition, ottl_condition: {error_mode: IGNORE, span: 'kind == 2'}}
        """;
    assertThat(Sets.parsed(documents).summary().toString())
        .contains("status ERROR or OK", "k is \"v\"", "\"x\" or \"y\"", "`kind == 2`");
    assertThat(PolicySet.parse("policies: abc").isInvalid()).isTrue();
  }

  @Test
  void warnsOfAnUpperBoundOfLatency_whichTheCollectorReadsOtherwise() {
    PolicySet bounded = Sets.of("latency", "{threshold_ms: 500, upper_threshold_ms: 5000}");
    assertThat(bounded.warnings())
        .singleElement()
        .asString()
        .contains("latency.upper_threshold_ms: applies to the whole trace; the Collector");
    assertThat(Sets.of("latency", "{threshold_ms: 500}").warnings()).isEmpty();
  }
}
