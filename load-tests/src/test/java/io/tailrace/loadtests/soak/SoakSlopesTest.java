package io.tailrace.loadtests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails a soak, and what does not, on made-up series. */
class SoakSlopesTest {
  private static final SoakPlan HOUR = SoakPlan.of(Duration.ofHours(1), 5);

  private final Random random = new Random(7);

  @ParameterizedTest
  @EnumSource(
      value = Figure.class,
      names = {"SPANS", "OPEN_TRACES"},
      mode = EnumSource.Mode.EXCLUDE)
  void fails_whenItLeaksOnePercentAMinute(Figure figure) {
    Growth growth = of(figure, minutes -> 100 * (1 + 0.01 * minutes) + noise(2));

    assertThat(growth.isAllowed()).as("%s", growth).isFalse();
    assertThat(growth.perHour()).isCloseTo(60, offset(3.0));
  }

  @ParameterizedTest
  @EnumSource(Figure.class)
  void passes_whenItIsFlatAndNoisy(Figure figure) {
    Growth growth = of(figure, minutes -> 100 + noise(figure == Figure.METERS ? 1 : 5));

    assertThat(growth.isAllowed()).as("%s", growth).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.25, 0.4, 0.5, 0.8})
  void passes_whenItFollowsTheTraffic_wheneverARunBegins(double phase) {
    for (SoakPlan plan : List.of(HOUR, SoakPlan.of(Duration.ofMinutes(10), 5))) {
      double cycle = plan.cycle() / 60;
      Growth sine =
          growth(
              plan,
              Figure.HEAP,
              minutes -> 100 + 80 * Math.sin(2 * Math.PI * (minutes / cycle + phase)));
      Growth saw = growth(plan, Figure.HEAP, minutes -> 100 + 80 * ((minutes / cycle + phase) % 1));

      assertThat(List.of(sine, saw)).allMatch(Growth::isAllowed);
      assertThat(sine.perHour()).isCloseTo(0, offset(0.1));
    }
  }

  @Test
  void fails_whenAWaveRises() {
    double cycleMinutes = HOUR.cycle() / 60;
    Growth growth =
        of(
            Figure.HEAP,
            minutes -> 100 + minutes / 2 + 80 * Math.sin(2 * Math.PI * minutes / cycleMinutes));

    assertThat(growth.isAllowed()).as("%s", growth).isFalse();
    assertThat(growth.perHour()).isCloseTo(30, offset(1.0));
  }

  @Test
  void passes_whenItGrowsInTheWarmUpAlone() {
    Growth growth = of(Figure.RSS, minutes -> 100 + 20 * Math.min(minutes, 15));

    assertThat(growth.isAllowed()).as("%s", growth).isTrue();
  }

  @Test
  void passes_whenItHasPeaks() {
    Growth growth = of(Figure.DELAY, minutes -> random.nextDouble() < 0.1 ? 30 * minutes : 1);

    assertThat(growth.isAllowed()).as("%s", growth).isTrue();
  }

  @Test
  void fails_whenAThreadMoreEveryTwentyMinutes() {
    assertThat(of(Figure.THREADS, minutes -> 50 + Math.floor(minutes / 20)).isAllowed()).isFalse();
    assertThat(of(Figure.THREADS, minutes -> 50 + random.nextInt(3)).isAllowed()).isTrue();
  }

  @Test
  void fails_whenThereIsNothingToJudge() {
    assertThat(Growth.of(new Series("a", Figure.HEAP), HOUR).isAllowed()).isFalse();
    Series warmUpOnly = new Series("a", Figure.HEAP);
    for (double seconds = 0; seconds < HOUR.warmUp(); seconds += HOUR.sample()) {
      warmUpOnly.add(seconds, 1);
    }
    assertThat(Growth.of(warmUpOnly, HOUR).isAllowed()).isFalse();
  }

  @Test
  void fails_whenThereIsTooLittleToJudge() {
    Series series = new Series("a", Figure.HEAP);
    for (int cycle = 0; cycle < 6; cycle++) {
      series.add(HOUR.warmUp() + cycle * HOUR.cycle(), 1);
    }
    assertThat(Growth.of(series, HOUR).isAllowed()).as("15 pairs").isFalse();

    series.add(HOUR.warmUp() + 6 * HOUR.cycle(), 1);
    assertThat(Growth.of(series, HOUR).isAllowed()).as("21 pairs").isTrue();
  }

  @Test
  void aShortRunSeesLargeLeaksOnly() {
    SoakPlan twelve = SoakPlan.of(Duration.ofMinutes(12), 5);

    assertThat(growth(twelve, Figure.HEAP, minutes -> 80 + minutes).isAllowed()).isFalse();
    assertThat(growth(twelve, Figure.HEAP, minutes -> 80 + minutes / 4).isAllowed()).isTrue();
    assertThat(of(Figure.HEAP, minutes -> 80 + minutes / 3).isAllowed()).isFalse();
  }

  @Test
  void aRunIsAQuarterOfWarmUp_andWholeCycles() {
    assertThat(HOUR.warmUp()).isEqualTo(900);
    assertThat(HOUR.cycles()).isEqualTo(9);
    assertThat(HOUR.step()).isEqualTo(60);
    assertThat(HOUR.sample()).isEqualTo(10);
    assertThat(HOUR.end()).isEqualTo(3600);
    assertThat(HOUR.topicRetention()).isEqualTo(Duration.ofMinutes(6));

    SoakPlan ten = SoakPlan.of(Duration.ofMinutes(10), 5);
    assertThat(ten.warmUp()).isEqualTo(240);
    assertThat(ten.cycles()).isEqualTo(4);
    assertThat(ten.cycle()).isEqualTo(90);
    assertThat(ten.samplesPerCycle()).isEqualTo(9);
    assertThat(ten.end()).isEqualTo(600);
    assertThatThrownBy(() -> SoakPlan.of(Duration.ofMinutes(7), 5))
        .hasMessage("soak.minutes: 7 (expected: >= 8)");
  }

  private double noise(double deviation) {
    return deviation * random.nextGaussian();
  }

  private static Growth of(Figure figure, DoubleUnaryOperator byMinutes) {
    return growth(HOUR, figure, byMinutes);
  }

  private static Growth growth(SoakPlan plan, Figure figure, DoubleUnaryOperator byMinutes) {
    Series series = new Series("a", figure);
    for (double seconds = 0; seconds < plan.end(); seconds += plan.sample()) {
      series.add(seconds, byMinutes.applyAsDouble(seconds / 60));
    }
    return Growth.of(series, plan);
  }
}
