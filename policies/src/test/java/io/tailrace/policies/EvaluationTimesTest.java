package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.ottl.TestSpan;
import io.tailrace.policies.signals.EvaluationTimer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EvaluationTimesTest {
  private static final int PERIOD = EvaluationTimer.PERIOD;

  private static final String POLICIES =
      """
      policies:
        - {name: all, type: always_sample}
        - name: not-a
          type: not
          not: {not_sub_policy: {type: ottl_condition, ottl_condition: {span: ['name == "a"']}}}
        - {name: a, type: ottl_condition, ottl_condition: {span: ['name == "a"']}}
        - name: b
          type: ottl_condition
          ottl_condition: {error_mode: propagate, span: ['name == "b"', '1 / flags == 1']}
        - name: drop
          type: drop
          drop: {drop_sub_policy: [{type: span_count, span_count: {min_spans: 5}}]}
      """;

  private final PolicySet set = Sets.parsed(POLICIES);

  /** With a clock on which what lies between two readings takes 1, 2, 3, … ns. */
  private static EvaluationTimer timer() {
    long[] step = {0};
    long[] now = {0};
    return new EvaluationTimer(() -> now[0] += step[0]++);
  }

  private long[] taken() {
    return LongStream.range(0, set.policyNames().size())
        .map(i -> set.evaluationTimes().take((int) i))
        .toArray();
  }

  private TestTrace trace() {
    return TestTrace.raising(new long[set.signals().words()]);
  }

  @Test
  void oneDecisionInManyIsTimed_andCountsForAll() {
    Judge judge = set.newJudge(1, null, timer());
    for (int i = 1; i < PERIOD; i++) {
      judge.decide(trace(), 0);
      assertThat(taken()).containsOnly(0);
    }
    judge.decide(trace(), 0);
    assertThat(taken())
        .as("drop votes first")
        .containsExactly(2 * PERIOD, 3 * PERIOD, 4 * PERIOD, 5 * PERIOD, PERIOD);
    assertThat(taken()).as("it was taken").containsOnly(0);
    judge.decide(trace(), 0);
    assertThat(taken()).containsOnly(0);
  }

  @Test
  void policiesThatAreNotAskedTakeNoTime() {
    Judge judge = set.newJudge(1, null, timer());
    for (int i = 0; i < PERIOD; i++) {
      judge.decide(TestTrace.ofSpans(5), 0);
    }
    assertThat(taken()).containsExactly(0, 0, 0, 0, PERIOD);
  }

  @Test
  void conditionsOnSpansCountForTheFirstPolicyThatAsksForThem() {
    EvaluationTimer timer = timer();
    TestSpan span = new TestSpan();
    for (int i = 0; i < PERIOD; i++) {
      set.signals().span(span, 0, new long[set.signals().words()], timer);
    }
    assertThat(taken()).containsExactly(0, PERIOD, 0, 2 * PERIOD, 0);
  }

  @Test
  void conditionsThatAreMetAlreadyTakeNoTime() {
    EvaluationTimer timer = timer();
    TestSpan span = new TestSpan();
    span.name = "a";
    long[] raised = new long[set.signals().words()];
    for (int i = 0; i < PERIOD; i++) {
      set.signals().span(span, 0, raised, timer);
    }
    assertThat(taken()).containsExactly(0, 0, 0, PERIOD, 0);
  }

  @Test
  void judgesOfASetAddUp() {
    for (int judges = 0; judges < 2; judges++) {
      Judge judge = set.newJudge(1, null, timer());
      for (int i = 0; i < PERIOD; i++) {
        judge.decide(TestTrace.ofSpans(5), 0);
      }
    }
    assertThat(taken()).containsExactly(0, 0, 0, 0, 2 * PERIOD);
  }
}
