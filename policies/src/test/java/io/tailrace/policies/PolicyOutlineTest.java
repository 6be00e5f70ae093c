package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PolicyOutlineTest {
  private static final String BEFORE =
      """
      # as it was
      decision_wait: 10s
      policies:
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - {name: slow, type: latency, latency: {threshold_ms: 500}}
        - {name: rest, type: probabilistic, probabilistic: {sampling_percentage: 10}}
      """;

  @Test
  void tellsWhatIsAddedRemovedAndChanged() {
    assertThat(
            PolicyOutline.changes(
                BEFORE,
                """
                decision_wait: 30s
                sample_on_first_match: true
                policies:
                  - {name: rest, type: probabilistic, probabilistic: {sampling_percentage: 10}}
                  - {name: errors, type: status_code, status_code: {status_codes: [ERROR, OK]}}
                  - {name: vip, type: always_sample}
                """))
        .isEqualTo(
            "+vip -slow ~errors another order decision_wait: 10s → 30s"
                + " sample_on_first_match: none → true");
  }

  @Test
  void layoutAndWrappingAreNoChange() {
    String wrapped =
        """
        processors:
          tail_sampling:
            policies:
              - {type: status_code, name: errors, status_code: {status_codes: ["ERROR"]}}
              - {name: slow, type: latency, latency: {threshold_ms: 500}}
              - {name: rest, type: probabilistic, probabilistic: {sampling_percentage: 10}}
            decision_wait: 10s
        """;
    assertThat(PolicyOutline.changes(BEFORE, wrapped)).isEqualTo("says the same");
  }

  @Test
  void redactionsAreNamedWithoutTheirSecrets() {
    String keyed = "redaction: {hash_function: hmac-sha256, hmac_key: %s}\n";
    String old = BEFORE + keyed.formatted("o".repeat(32)) + "redaction/b: {}\n";
    String now = keyed.formatted("n".repeat(32)) + "redaction/c: {}\n" + BEFORE;

    assertThat(PolicyOutline.changes(old, now)).isEqualTo("+redaction/c -redaction/b ~redaction");
    assertThat(PolicyOutline.changes(now, now)).isEqualTo("says the same");
  }

  @Test
  void aRedactionBesideTheBlockIsTheSameAsInIt() {
    String beside =
        "redaction: {allowed_keys: [a]}\ntail_sampling:\n" + BEFORE.replaceAll("(?m)^", "  ");

    assertThat(PolicyOutline.changes(BEFORE + "redaction: {allowed_keys: [a]}", beside))
        .isEqualTo("says the same");
    assertThat(PolicySet.parse(Sets.json(PolicyDocument.settings(beside).get())).get().summary())
        .isEqualTo(PolicySet.parse(beside).get().summary())
        .last()
        .asString()
        .contains("redaction");
  }
}
