package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class StretchTest {
  @Test
  void coversEveryRound_keyedAndUnkeyedByTurns() {
    assertThat(Stretch.of(7, 60, 0))
        .containsExactly(
            new Stretch(7, 0, 25, true),
            new Stretch(7, 25, 25, false),
            new Stretch(7, 50, 10, true));
    assertThat(Stretch.of(7, 3, 0)).extracting(Stretch::keyed).containsExactly(true, false, true);
  }

  @Test
  void goesOnWithTheSameFaults() {
    List<Supplier<Fault>> kinds = List.of(Fault::kill, Fault::zombie);
    Stretch third = Stretch.of(7, 100, 0).toList().get(2);

    Stretch resumed = Stretch.of(7, 100, 50).findFirst().orElseThrow();

    assertThat(resumed).isEqualTo(third);
    assertThat(names(resumed, kinds))
        .isEqualTo(names(third, kinds))
        .isNotEqualTo(names(Stretch.of(7, 100, 0).toList().get(0), kinds));
  }

  @Test
  void refusesToGoOnWithinAStretch() {
    assertThatThrownBy(() -> Stretch.of(7, 100, 30))
        .hasMessage("crash.from: 30 (expected: a multiple of 25 from 0 to crash.rounds, 100)");
  }

  private static List<String> names(Stretch stretch, List<Supplier<Fault>> kinds) {
    return List.of(stretch.faults(kinds, stretch.random())).stream().map(Fault::name).toList();
  }
}
