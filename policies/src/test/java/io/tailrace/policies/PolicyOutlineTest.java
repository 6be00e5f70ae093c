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
}
