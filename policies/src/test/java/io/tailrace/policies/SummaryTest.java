package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.policy.Words;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SummaryTest {
  @Test
  void saysWhenAndWhatInTheOrderOfVoting() {
    PolicySet set =
        Sets.parsed(
            """
            decision_wait: 10s
            decision_wait_after_root_received: 1500ms
            root_span_condition: span.kind == 2 or IsRootSpan()
            policies:
              - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
              - name: health
                type: drop
                drop:
                  drop_sub_policy:
                    - {type: string_attribute, string_attribute: {key: http.route, values: [/health]}}
                    - {type: latency, latency: {upper_threshold_ms: 100}}
              - name: budget
                type: composite
                composite:
                  max_total_spans_per_second: 1000
                  composite_sub_policy:
                    - {name: all, type: always_sample}
                    - {name: slow, type: latency, latency: {threshold_ms: 90000}}
                  policy_order: [slow, all]
                  rate_allocation: [{policy: all, percent: 30}, {policy: slow, percent: 50}]
              - {name: some, type: probabilistic, probabilistic: {sampling_percentage: 12.5}}
            """);
    assertThat(set.summary())
        .containsExactly(
            "A trace is decided 10s after its first span, or 1.5s after its root span if that is sooner.",
            "A root span meets `span.kind == 2 or IsRootSpan()`.",
            "Dropped, regardless of other policies:",
            "  health   a span's http.route is \"/health\", and it lasts more than 0s, at most 100ms",
            "Kept if any policy matches; the first match is reported:",
            "  errors   a span has status ERROR",
            "  budget   at most 1000 spans a second, spent by the first of these that samples it and has budget left:",
            "             slow   500 spans a second: it lasts more than 1m30s",
            "             all    300 spans a second: always",
            "  some     it is among 12.5 % of traces, chosen by trace id",
            "All other traces are not kept.",
            "Late spans can still make a trace match: it is then kept as a whole.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "always_sample; {}; always",
        "latency; {threshold_ms: 1000}; it lasts more than 1s",
        "latency; {threshold_ms: 5, upper_threshold_ms: 3600000}; it lasts more than 5ms, at most 1h",
        "numeric_attribute; {key: k, min_value: 5}; a span's k is at least 5",
        "numeric_attribute; {key: k, max_value: 5}; a span's k is at most 5",
        "numeric_attribute; {key: k, min_value: 500, max_value: 599}; a span's k is 500 to 599",
        "numeric_attribute; {key: k, min_value: 0, max_value: 0, invert_match: true}; no span's k is 0",
        "probabilistic; {sampling_percentage: 10}; it is among 10 % of traces, chosen by trace id",
        "probabilistic; {sampling_percentage: 0.25, hash_salt: x};"
            + " it is among 0.25 % of traces, chosen by trace id and salt \"x\"",
        "status_code; {status_codes: [ERROR]}; a span has status ERROR",
        "status_code; {status_codes: [UNSET, OK, ERROR]}; a span has status ERROR, OK or UNSET",
        "string_attribute; {key: k, values: [b, ' a']}; a span's k is \"b\" or \" a\"",
        "string_attribute; {key: k, values: [b], invert_match: true}; no span's k is \"b\"",
        "string_attribute; {key: k, values: ['']}; a span's k is (none given)",
        "string_attribute; {key: k, values: [1a, 2a, 3a, 4a, 5a, 6a, 7a]};"
            + " a span's k is \"1a\", \"2a\", \"3a\", \"4a\", \"5a\", … 2 more",
        "string_attribute; {key: k, values: ['^/a', b+], enabled_regex_matching: true};"
            + " a span's k matches \"^/a\" or \"b+\"",
        "boolean_attribute; {key: k, value: true}; a span's k is true",
        "boolean_attribute; {key: k, invert_match: true}; no span's k is false",
        "ottl_condition; {span: ['name == \"a\"', 'kind == 1']}; a span meets"
            + " `name == \"a\"` or `kind == 1` (a condition that fails is not met)",
        "ottl_condition; {error_mode: propagate, spanevent: ['name == \"a\"']}; an event of a span"
            + " meets `name == \"a\"` (a condition that fails is an error)",
        "ottl_condition; {error_mode: ignore, span: ['true'], spanevent: ['false']}; a span meets"
            + " `true`, or an event of a span meets `false` (a condition that fails is not met)",
        "trace_state; {key: vendor, values: [b, a]}; a span's trace state has vendor = \"b\" or \"a\"",
        "trace_flags; {}; a span has the sampled flag",
        "span_count; {min_spans: 1}; it has at least 1 span",
        "span_count; {max_spans: 1}; it has 0 to 1 span",
        "span_count; {min_spans: 2}; it has at least 2 spans",
        "span_count; {min_spans: 2, max_spans: 9}; it has 2 to 9 spans",
        "rate_limiting; {spans_per_second: 10}; it fits within 10 spans a second, with bursts of up to 20",
        "bytes_limiting; {bytes_per_second: 1, burst_capacity: 5};"
            + " it fits within 1 byte a second, with bursts of up to 5",
        "and; {and_sub_policy: [{type: always_sample}, {type: trace_flags}]};"
            + " always, and a span has the sampled flag",
        "not; {not_sub_policy: {type: and, and: {and_sub_policy: [{type: trace_flags},"
            + " {type: span_count, span_count: {min_spans: 2}}]}}};"
            + " not (a span has the sampled flag, and it has at least 2 spans)",
      })
  void describesEachKind(String type, String settings, String description) {
    assertThat(Sets.of(type, settings).summary())
        .containsExactly(
            "A trace is decided at the configured time after its first span or its root span.",
            "Kept if any policy matches; the first match is reported:",
            "  p   " + description,
            "All other traces are not kept.",
            "Late spans can still make a trace match: it is then kept as a whole.");
  }

  @Test
  void saysSo_whenTheFirstMatchEndsTheVoting() {
    String text = "{sample_on_first_match: true, " + Sets.one("always_sample", "{}") + "}";
    assertThat(Sets.parsed(text).summary())
        .contains("Kept by the first policy that matches; later policies are not evaluated:");
  }

  @Test
  void saysSo_whenThereAreOnlyDropPolicies() {
    PolicySet set = Sets.of("drop", "{drop_sub_policy: [{type: always_sample}]}");
    assertThat(set.summary())
        .endsWith("Dropped, regardless of other policies:", "  p   always", "No trace is kept.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "decision_wait: 10s; 10s after its first span, or at the configured time after its root span.",
        "decision_wait_after_root_received: 0; at the configured time after its first span.",
        "'decision_wait: 10s, decision_wait_after_root_received: 0'; 10s after its first span.",
        "decision_wait_after_root_received: 5s;"
            + "at the configured time after its first span, or 5s after its root span if that is sooner.",
      })
  void saysWhatIsLeftToTheConfiguration(String setting, String expected) {
    String text = "{" + setting + ", " + Sets.one("always_sample", "{}") + "}";
    assertThat(Sets.parsed(text).summary().get(0)).isEqualTo("A trace is decided " + expected);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.000000005S, 0.005µs",
    "PT0.0015S, 1.5ms",
    "PT0.000999S, 999µs",
    "PT1.25S, 1.25s",
    "PT90S, 1m30s",
    "PT2H, 2h",
    "PT25H0M0.5S, 25h0.5s",
  })
  void showsDurationsAsDocumentsHaveThem(Duration duration, String shown) {
    assertThat(Words.duration(duration)).isEqualTo(shown);
  }

  @Test
  void cutsLongTextAndLeavesNothingThatATerminalObeys() {
    String settings = "{key: \"k\\e[2J\", values: [\"a\\nb\", \"\\u202e\", \"%s\"]}";
    assertThat(Sets.of("string_attribute", settings.formatted("x".repeat(500))).summary())
        .contains("  p   a span's k?[2J is \"a b\", \"?\" or \"" + "x".repeat(120) + "…\"");
  }

  @Test
  void aLongNameMovesNoOther() {
    String policies =
        IntStream.of(1, 8, 40)
            .mapToObj(length -> "{name: " + "n".repeat(length) + ", type: always_sample}")
            .collect(Collectors.joining(", ", "policies: [", "]"));
    assertThat(Sets.parsed(policies).summary())
        .contains(
            "  n" + " ".repeat(29) + "   always",
            "  nnnnnnnn" + " ".repeat(22) + "   always",
            "  " + "n".repeat(40) + "   always");
  }
}
