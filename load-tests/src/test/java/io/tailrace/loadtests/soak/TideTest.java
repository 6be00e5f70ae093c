package io.tailrace.loadtests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class TideTest {
  private double now;

  @Test
  void isLeastAtTheStart_andMostHalfAPeriodLater() {
    Tide tide = new Tide(10, 90, 100, () -> now);

    assertThat(due(tide, 1)).isEqualTo(10, offset(0.1));
    due(tide, 48);
    assertThat(due(tide, 1)).isEqualTo(90, offset(0.1));
    due(tide, 49);
    assertThat(due(tide, 1)).as("the next period").isEqualTo(10, offset(0.1));
  }

  @Test
  void losesNothing_howeverOftenItIsAsked() {
    Tide tide = new Tide(10, 90, 100, () -> now);
    double sum = 0;
    while (now < 200) {
      sum += due(tide, 0.37);
    }
    assertThat(sum).isEqualTo(50 * now, offset(20.0));
  }

  private double due(Tide tide, double seconds) {
    now += seconds;
    return tide.getAsDouble();
  }
}
