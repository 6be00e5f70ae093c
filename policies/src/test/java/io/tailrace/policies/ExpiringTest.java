package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.policy.Vote;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiringTest {
  private static final String END = "2026-11-21T10:30:00Z";
  private static final long END_MILLIS = Instant.parse(END).toEpochMilli();

  private static Decision decide(Judge judge, int spans, long at) {
    return judge.decide(TestTrace.ofSpans(spans), at);
  }

  @Test
  void isAskedUntilItsEndInLogTime_andNoLonger() {
    PolicySet set =
        Sets.parsed("policies: [{name: all, expires_at: " + END + ", type: always_sample}]");
    Judge judge = Sets.judge(set);

    assertThat(decide(judge, 1, END_MILLIS - 1).outcome()).isEqualTo(Decision.Outcome.SAMPLED);
    Decision decision = decide(judge, 1, END_MILLIS);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.NOT_SAMPLED);
    assertThat(decision.vote(0)).isEqualTo(Vote.NOT_EVALUATED);
  }

  @Test
  void aPolicyThatDropsExpiresToo() {
    PolicySet set =
        Sets.parsed(
            """
            policies:
              - {name: all, type: always_sample}
              - name: no-big
                expires_at: 2026-11-21T11:30:00+01:00
                type: drop
                drop: {drop_sub_policy: [{type: span_count, span_count: {min_spans: 3}}]}
            """);
    Judge judge = Sets.judge(set);

    assertThat(decide(judge, 3, END_MILLIS - 1).outcome()).isEqualTo(Decision.Outcome.DROPPED);
    assertThat(decide(judge, 3, END_MILLIS).outcome()).isEqualTo(Decision.Outcome.SAMPLED);
  }

  @Test
  void itsVotesWithinACompositeAreGoneToo() {
    PolicySet set =
        Sets.parsed(
            "policies: [{name: c, type: composite, expires_at: '"
                + END
                + "', composite: {max_total_spans_per_second: 10, "
                + "composite_sub_policy: [{name: rest, type: always_sample}], "
                + "rate_allocation: [{policy: rest, percent: 100}]}}]");
    Judge judge = Sets.judge(set);

    assertThat(decide(judge, 1, END_MILLIS - 1).subVote(0)).isEqualTo(Vote.SAMPLED);
    assertThat(decide(judge, 1, END_MILLIS).subVote(0)).isEqualTo(Vote.NOT_EVALUATED);
  }

  @Test
  void aShadowExpires() {
    PolicySet set =
        Sets.parsed(
            "policies: [{name: s, shadow: true, expires_at: '" + END + "', type: always_sample}]");
    Judge judge = Sets.judge(set);

    assertThat(decide(judge, 1, END_MILLIS - 1).shadowVote(0)).isEqualTo(Vote.SAMPLED);
    assertThat(decide(judge, 1, END_MILLIS).shadowVote(0)).isEqualTo(Vote.NOT_EVALUATED);
  }

  @Test
  void theSummarySaysUntilWhen() {
    PolicySet set =
        Sets.parsed("policies: [{name: all, expires_at: " + END + ", type: always_sample}]");
    assertThat(set.summary()).contains("  all   until 2026-11-21T10:30:00Z: always");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "30m",
        "2026-11-21",
        "2026-11-21T10:30:00",
        "1795256400",
        "",
        "[]",
        "true",
        "+999999999-12-31T23:59:59Z",
        "2026-13-01T00:00:00Z"
      })
  void aTimeIsOneThatAllInstancesReadAlike(String time) {
    assertThat(
            Sets.faults(
                "policies: [{name: all, expires_at: "
                    + (time.startsWith("[") ? time : "'" + time + "'")
                    + ", type: always_sample}]"))
        .singleElement()
        .asString()
        .startsWith("policies[0].expires_at: ")
        .contains("(expected: a time such as 2026-11-21T10:30:00Z)");
  }
}
