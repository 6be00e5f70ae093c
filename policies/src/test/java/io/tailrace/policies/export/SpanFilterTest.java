package io.tailrace.policies.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanFilterTest {
  private static final String POLICIES = "policies: [{name: all, type: always_sample}]\n";

  private static PolicySet set(String document) {
    return PolicySet.parse(document)
        .fold(
            faults -> {
              throw new AssertionError(faults.toString());
            },
            set -> set);
  }

  private static List<String> faults(String document) {
    return PolicySet.parse(document)
        .fold(faults -> faults.toJavaStream().map(SpanFilterTest::line).toList(), set -> List.of());
  }

  private static String line(Fault fault) {
    return fault.path() + ": " + fault.value() + " (expected: " + fault.expected() + ")";
  }

  private static List<String> described(String filter) {
    return set(POLICIES + "filter: " + filter).exportRules().summary();
  }

  @Test
  void aFilterSaysWhatItLeavesOut() {
    assertThat(described("{traces: {span: ['name == \"a\"', 'kind == 1']}}"))
        .containsExactly(
            "Left out of kept traces by filter: spans that have a parent, are no root spans and"
                + " have no error, that meet `name == \"a\"` or `kind == 1`.");
    assertThat(
            described(
                "{allow_roots: true, traces: {span: ['kind == 1'], spanevent: ['name == \"e\"']}}"))
        .containsExactly(
            "Left out of kept traces by filter: spans that meet `kind == 1`; span events that meet"
                + " `name == \"e\"`.");
  }

  @Test
  void conditionsWithoutAListOfTheirOwnSayWhatTheyAreAbout() {
    String flat = "{trace_conditions: ['span.kind == 1', 'spanevent.name == \"e\"']}";
    String groups =
        "{trace_conditions: [{context: span, conditions: ['span.kind == 1']},"
            + " {context: spanevent, error_mode: ignore, conditions: ['spanevent.name == \"e\"']}]}";
    String lists = "{traces: {span: ['span.kind == 1'], spanevent: ['spanevent.name == \"e\"']}}";

    assertThat(set(POLICIES + "filter: " + flat).exportRules())
        .isEqualTo(set(POLICIES + "filter: " + lists).exportRules())
        .isEqualTo(set(POLICIES + "filter: " + groups).exportRules());
  }

  @Test
  void aLiteralSaysNothingAboutTheContext() {
    ExportRules rules =
        set(POLICIES
                + "filter: {trace_conditions: ['IsMatch(span.name, \"a \\\" spanevent.\")',"
                + " 'span.attributes[\"spanevent.kind\"] == \"x\"']}")
            .exportRules();

    assertThat(rules.filters().get(0).conditions().span()).hasSize(2);
  }

  @Test
  void filtersComeBeforeRedactions_eachInOrder() {
    String document =
        "redaction: {allow_all_keys: true, blocked_values: [x]}\n"
            + "filter/b: {traces: {span: ['kind == 1']}}\n"
            + "filter/a: {traces: {span: ['kind == 2']}}\n"
            + "tail_sampling: {"
            + POLICIES.strip()
            + "}";
    ExportRules rules = set(document).exportRules();

    assertThat(rules.filters())
        .extracting(SpanFilter::name)
        .containsExactly("filter/b", "filter/a");
    assertThat(rules.redactions()).hasSize(1);
    assertThat(rules.summary().get(2)).startsWith("Redacted");
  }

  @Test
  void aFilterOfAPipelineForOtherSignalsIsNotUsed() {
    PolicySet set =
        set(
            "processors: {tail_sampling: {"
                + POLICIES.strip()
                + "},"
                + " filter: {traces: {span: ['kind == 1']}}}\n"
                + "service: {pipelines: {traces: {processors: [tail_sampling]},"
                + " logs: {processors: [filter]}}}");

    assertThat(set.exportRules()).isEqualTo(ExportRules.NONE);
    assertThat(set.warnings()).anySatisfy(line -> assertThat(line).contains("filter", "not used"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{metrics: {metric: ['name == \"m\"']}}",
        "{logs: {log_record: ['true']}, error_mode: silent}",
        "{}"
      })
  void aFilterForOtherSignalsIsIgnored(String filter) {
    assertThat(set(POLICIES + "filter: " + filter).exportRules()).isEqualTo(ExportRules.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{traces: {span: ['nme == 1']}}            | filter.traces.span[0]",
        "{traces: {spans: ['kind == 1']}}          | filter.traces.spans: a list of 1 (expected: a known key: span, spanevent, resource",
        "{traces: {resource: ['true']}}            | filter.traces.resource: a list of 1 (expected: absent: a condition on resource.attributes",
        "{spans: {exclude: {}}}                    | filter.spans: a mapping (expected: absent: conditions of traces.span",
        "{error_mode: loud, traces: {span: ['kind == 1']}} | filter.error_mode: \"loud\" (expected: one of propagate, ignore, silent",
        "{allow_roots: maybe}                      | filter.allow_roots: \"maybe\" (expected: true or false",
        "{trace_conditions: [{context: scope, conditions: ['true']}]} | filter.trace_conditions[0].context: \"scope\" (expected: one of span, spanevent",
        "{traces: {span: ['kind == 1']}, trace_conditions: ['kind == 1']} | filter.trace_conditions: a list of 1 (expected: absent",
      })
  void aFaultSaysWhereAndWhatIsExpected(String filter, String fault) {
    assertThat(faults(POLICIES + "filter: " + filter))
        .anySatisfy(line -> assertThat(line).startsWith(fault));
  }
}
