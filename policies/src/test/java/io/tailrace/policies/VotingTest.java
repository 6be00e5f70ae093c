package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.policy.Vote;
import org.junit.jupiter.api.Test;

class VotingTest {
  private static final String POLICIES =
      "policies: [{name: limit, type: rate_limiting, rate_limiting: {spans_per_second: 1}}, "
          + "{name: all, type: always_sample}, "
          + "{name: big, type: drop, drop: {drop_sub_policy: "
          + "[{type: span_count, span_count: {min_spans: 3}}]}}]";

  @Test
  void creditsFirstVoterInOrder() {
    Decision decision = Sets.judge(Sets.parsed(POLICIES)).decide(TestTrace.ofSpans(2), 0);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.SAMPLED);
    assertThat(decision.policy()).isZero();
    assertThat(decision.vote(1)).isEqualTo(Vote.SAMPLED);
    assertThat(decision.vote(2)).isEqualTo(Vote.NOT_SAMPLED);
  }

  @Test
  void asksNobodyElse_whenATraceIsDropped() {
    Judge judge = Sets.judge(Sets.parsed(POLICIES));
    Decision decision = judge.decide(TestTrace.ofSpans(3), 0);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.DROPPED);
    assertThat(decision.policy()).isEqualTo(2);
    assertThat(decision.vote(0)).isEqualTo(Vote.NOT_EVALUATED);
    assertThat(judge.decide(TestTrace.ofSpans(2), 0).vote(0)).isEqualTo(Vote.SAMPLED);
  }

  @Test
  void stopsAtTheFirstMatch_whenAskedTo() {
    Judge judge = Sets.judge(Sets.parsed("{sample_on_first_match: true, " + POLICIES + "}"));
    Decision decision = judge.decide(TestTrace.ofSpans(2), 0);
    assertThat(decision.vote(1)).isEqualTo(Vote.NOT_EVALUATED);
    assertThat(decision.vote(2)).isEqualTo(Vote.NOT_SAMPLED);
    assertThat(judge.decide(TestTrace.ofSpans(3), 0).outcome()).isEqualTo(Decision.Outcome.DROPPED);
  }

  @Test
  void forgetsTheLastTrace_whenItDecidesAgain() {
    Judge judge = Sets.judge(Sets.of("span_count", "{min_spans: 2}"));
    assertThat(judge.decide(TestTrace.ofSpans(2), 0).policy()).isZero();
    Decision decision = judge.decide(TestTrace.ofSpans(1), 0);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.NOT_SAMPLED);
    assertThat(decision.policy()).isEqualTo(-1);
  }
}
