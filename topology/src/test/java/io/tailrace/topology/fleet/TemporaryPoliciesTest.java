package io.tailrace.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TemporaryPoliciesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Instant END = Instant.parse("2026-11-21T10:30:00Z");
  private static final String TENANT =
      "policies: [{name: tenant-x, type: string_attribute,"
          + " string_attribute: {key: tenant, values: [x, '010', 'true']}}]";

  private static PolicySet added(String current, String more) {
    return PolicySet.parse(TemporaryPolicies.added(current, more, END, NOW)).get();
  }

  @Test
  void addsThemToWhatHolds_whereverThatStands() {
    PolicySet set =
        added(
            """
            receivers: {otlp: {}}
            processors:
              tail_sampling:
                decision_wait: 10s
                num_traces: 5
                policies:
                  - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
                  - {name: some, type: probabilistic, probabilistic: {sampling_percentage: 2.5}}
            """,
            TENANT);

    assertThat(set.summary())
        .containsExactly(
            "A trace is decided 10s after its first span, or at the configured time after its root span.",
            "Kept if any policy matches; the first match is reported:",
            "  errors     a span has status ERROR",
            "  some       it is among 2.5 % of traces, chosen by trace id",
            "  tenant-x   until 2026-11-21T10:30:00Z: a span's tenant is \"x\", \"010\" or \"true\"",
            "All other traces are not kept.",
            "Late spans can still make a trace match: it is then kept as a whole.");
  }

  @Test
  void redactionsStay() {
    String current =
        """
        processors:
          redaction/a: {allowed_keys: ['x$$y']}
          redaction/unused: {}
          tail_sampling: {policies: [{name: all, type: always_sample}]}
        service: {pipelines: {traces: {processors: [tail_sampling, redaction/a]}}}
        """;

    assertThat(added(current, TENANT).exportRules().summary())
        .isEqualTo(PolicySet.parse(current).get().exportRules().summary())
        .singleElement()
        .asString()
        .contains("redaction/a", "x$y");
    assertThatThrownBy(() -> added(current, TENANT + "\nredaction: {}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("redaction (expected: with --for, policies only)");
  }

  @Test
  void prolongsWhatIsAddedAgain_andLeavesOutWhatHasExpired() {
    PolicySet set =
        added(
            """
            policies:
              - {name: tenant-x, expires_at: 2026-11-21T10:10:00Z, type: always_sample}
              - {name: old, expires_at: 2026-11-21T09:59:59Z, type: always_sample}
              - {name: other, expires_at: 2026-11-21T11:00:01+01:00, type: always_sample}
              - {name: all, type: always_sample}
            """,
            TENANT);

    assertThat(set.policyNames()).containsExactly("other", "all", "tenant-x");
    assertThat(set.summary())
        .anySatisfy(line -> assertThat(line).contains("until 2026-11-21T10:30:00Z"));
  }

  @Test
  void doesNotReplaceWhatHoldsForGood() {
    String both =
        TemporaryPolicies.added(
            "policies: [{name: tenant-x, type: always_sample}]", TENANT, END, NOW);

    assertThat(PolicySet.parse(both).getError().map(Fault::path))
        .containsExactly("policies[1].name");
  }

  private static final String RULES =
      """
      adaptive_tail_sampling:
        trace_timeout: 10s
        rules:
          - {name: old, expires_at: 2026-11-21T09:59:59Z, sampler: {type: drop}}
          - {name: tenant-x, expires_at: 2026-11-21T10:10:00Z, sampler: {type: drop}}
          - name: rest
            sampler: {type: adaptive_percentage, goal_percentage: 5, fingerprint_attributes: [root.name]}
      """;
  private static final String TENANT_RULE =
      "rules: [{name: tenant-x, conditions: ['span.attributes[\"tenant\"] == \"x\"'],"
          + " sampler: {type: always_sample}}]";

  @Test
  void addsRulesInFrontOfTheOthers() {
    PolicySet set = added(RULES, TENANT_RULE);

    assertThat(set.hasRules()).isTrue();
    assertThat(set.policyNames()).containsExactly("tenant-x", "rest");
    assertThat(set.summary())
        .anySatisfy(
            line -> assertThat(line).contains("until 2026-11-21T10:30:00Z: if a span meets"));
  }

  @Test
  void refusesToMixPoliciesAndRules() {
    assertThatThrownBy(() -> added(RULES, TENANT))
        .hasMessage("policies (expected: rules, as in the active document)");
    assertThatThrownBy(() -> added(TENANT, TENANT_RULE))
        .hasMessage("rules (expected: policies, as in the active document)");
    assertThatThrownBy(() -> added(RULES, "{trace_timeout: 1s, " + TENANT_RULE + "}"))
        .hasMessage("trace_timeout (expected: with --for, rules only)");
  }

  @Test
  void refusesSettingsThatItWouldLose() {
    assertThatThrownBy(() -> added(TENANT, "{decision_wait: 1s, " + TENANT + "}"))
        .hasMessage("decision_wait (expected: with --for, policies only)");
  }
}
