package io.tailrace.topology.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.sampling.BudgetState;
import io.tailrace.topology.sampling.BudgetState.Group;
import io.tailrace.topology.sampling.BudgetState.Key;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BudgetSumTest {
  private static BudgetState adaptive(double tokens, int putOff, int keys, Key... top) {
    return new BudgetState(
        "budget", "span", 10, tokens, null, putOff, keys, 4., .5, List.of(top), null, null);
  }

  @Test
  void addsUpPolicies_andTheirKeys() {
    BudgetState one = adaptive(3, 1, 2, new Key("a1", "a1", 30, .2), new Key("b2", "rare", 1, 1));
    BudgetState other =
        adaptive(-5, 0, 3, new Key("c3", "other", 7, 1), new Key("a1", "frequent", 10, .6));
    BudgetState limit =
        new BudgetState("limit", "byte", 100, 1., .5, 0, null, null, null, null, null, null);
    BudgetState tight =
        new BudgetState("limit", "byte", 100, 2., .25, 0, null, null, null, null, null, null);

    assertThat(BudgetSum.of(List.of(one, limit, other, tight)))
        .containsExactly(
            new BudgetState(
                "budget",
                "span",
                20,
                -2.,
                null,
                1,
                3,
                8.,
                .5,
                List.of(
                    new Key("a1", "frequent", 40, (30 * .2 + 10 * .6) / 40),
                    new Key("c3", "other", 7, 1),
                    new Key("b2", "rare", 1, 1)),
                null,
                null),
            new BudgetState("limit", "byte", 200, 3., .25, 0, null, null, null, null, null, null));
  }

  @Test
  void addsUpGroups_thoseWithTheFewestTokensForTheirGoalFirst() {
    BudgetState one = grouped(3, new Group("a1", "a1", 10, 5, .5), new Group("b2", "b", 1, .1, 1));
    BudgetState other = grouped(2, new Group("a1", "acme", 10, -30, .25));

    BudgetState sum = BudgetSum.of(List.of(one, other)).get(0);

    assertThat(sum.groups()).as("the most in one partition").isEqualTo(3);
    assertThat(sum.shortest())
        .containsExactly(new Group("a1", "acme", 20, -25, .25), new Group("b2", "b", 1, .1, 1));
  }

  private static BudgetState grouped(int groups, Group... shortest) {
    return new BudgetState(
        "tenants", "span", 1, 1., 1., 0, null, null, null, null, groups, List.of(shortest));
  }

  @Test
  void showsAtMost200Keys() {
    Key[] keys =
        IntStream.range(0, 300).mapToObj(i -> new Key("k" + i, "k" + i, i, 1)).toArray(Key[]::new);
    List<Key> top = BudgetSum.of(List.of(adaptive(0, 0, 300, keys))).get(0).top();
    assertThat(top).hasSize(200);
    assertThat(top.get(0).id()).isEqualTo("k299");
    assertThat(BudgetSum.of(List.of())).isEmpty();
  }

  @Test
  void survivesJson() {
    BudgetState state = adaptive(1.5, 0, 1, new Key("a1", "x", 1, .5));
    BudgetState groups = grouped(1, new Group("a1", "acme", 10, -30, .25));
    for (BudgetState each : List.of(state, groups)) {
      assertThat(Replies.JSON.convertValue(Replies.JSON.valueToTree(each), BudgetState.class))
          .isEqualTo(each);
    }
  }
}
