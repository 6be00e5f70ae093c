package io.tailrace.topology.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BurnStateTest {
  @Test
  void joinsBurnsOfAKeyThatOverlap() {
    BurnState.Key early = new BurnState.Key("1", "1", 10, 20L, 15, 1);
    BurnState.Key overlapping = new BurnState.Key("1", "shop", 15, 30L, 25, 1);
    BurnState.Key later = new BurnState.Key("1", "shop", 40, null, 15, 1);
    BurnState.Key other = new BurnState.Key("2", "2", 12, 18L, 15, 1);
    assertThat(BurnState.joined(List.of(later, overlapping, other, early).stream()))
        .containsExactly(new BurnState.Key("1", "shop", 10, 30L, 25, 2), other, later);
  }

  @Test
  void addsUpTasks() {
    BurnState.Key one = new BurnState.Key("1", "shop", 10, null, 20, 1);
    BurnState.Key same = new BurnState.Key("1", "1", 5, null, 30, 1);
    BurnState.Key other = new BurnState.Key("2", "pay", 7, null, 25, 1);
    BurnState first = new BurnState("p", 3, 20, List.of(one), List.of());
    BurnState second = new BurnState("p", 4, 30, List.of(same, other), List.of());
    BurnState apart = new BurnState("q", 1, 0, List.of(), List.of());
    BurnState.Key both = new BurnState.Key("1", "shop", 5, null, 30, 2);
    assertThat(BurnState.sum(List.of(first, apart, second)))
        .containsExactly(new BurnState("p", 4, 30, List.of(both, other), List.of()), apart);
  }
}
