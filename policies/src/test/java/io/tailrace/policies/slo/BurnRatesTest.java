package io.tailrace.policies.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BurnRatesTest {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long START = 1_700_000_000_000L;
  private static final long KEY = 7;

  private static final BurnRules DEFAULTS =
      new BurnRules(
          0.001,
          List.of(
              new BurnWindow(HOUR, 5 * MINUTE, 14.4, 209),
              new BurnWindow(6 * HOUR, 30 * MINUTE, 6, 500)),
          10 * MINUTE,
          500);

  /** Short windows that are no multiples of each other. */
  private static final BurnRules ODD =
      new BurnRules(
          0.1,
          List.of(
              new BurnWindow(100 * SECOND, 24 * SECOND, 3, 20),
              new BurnWindow(410 * SECOND, 67 * SECOND, 1.5, 50)),
          15 * SECOND,
          500);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void agreesWithAModelThatRemembersEachTrace(long seed) {
    Random random = new Random(seed);
    BurnRates rates = new BurnRates(ODD);
    Model model = new Model(ODD, 2 * SECOND);
    long time = START;
    double badness = 0.05;
    int kept = 0;
    for (int i = 0; i < 1_500; i++) {
      time += random.nextInt(100) == 0 ? random.nextInt(200_000) : random.nextInt(1_500);
      badness = random.nextInt(100) == 0 ? random.nextDouble() * 0.8 : badness;
      long key = random.nextInt(3);
      long asked = random.nextInt(4);
      boolean isKept = rates.isKept(asked, time);
      assertThat(isKept).as("trace %d, key %d", i, asked).isEqualTo(model.isKept(asked, time));
      kept += isKept ? 1 : 0;
      boolean isBad = random.nextDouble() < badness;
      rates.count(key, isBad, time);
      model.count(key, isBad, time);
      assertThat(rates.isKept(asked, time)).isEqualTo(model.isKept(asked, time));
    }
    assertThat(kept).isBetween(100, 1_400);
  }

  @Test
  void burnsWithinMinutesOfAnOutage_andStopsAfterIt() {
    BurnRates rates = new BurnRates(DEFAULTS);
    Random random = new Random(1);
    long outage = START + 2 * HOUR;
    long end = outage + 40 * MINUTE;
    List<Long> kept = new ArrayList<>();
    for (long t = START; t < end + 2 * HOUR; t += 60) { // 1,000 a minute
      boolean isOutage = t >= outage && t < end;
      rates.count(KEY, random.nextDouble() < (isOutage ? 0.3 : 0.0005), t);
      if (rates.isKept(KEY, t)) {
        kept.add(t);
      }
    }
    assertThat(kept.get(0)).isBetween(outage + MINUTE, outage + 5 * MINUTE);
    Burn burn = rates.ended().get(0);
    assertThat(burn.sinceMillis()).isBetween(kept.get(0) - 60, kept.get(0));
    assertThat(burn.untilMillis()).isBetween(end + 20 * MINUTE, end + 33 * MINUTE);
    assertThat(kept.get(kept.size() - 1))
        .isBetween(burn.untilMillis() + 9 * MINUTE, burn.untilMillis() + 10 * MINUTE);
    assertThat(rates.ended()).hasSize(1);
    assertThat(burn.rate()).isBetween(100.0, 320.0);
    assertThat(rates.burning(end + 2 * HOUR)).isEmpty();
  }

  @Test
  void doesNotBurn_whenTheShortWindowIsGoodAgain() {
    BurnRules rules =
        new BurnRules(0.001, List.of(new BurnWindow(HOUR, 5 * MINUTE, 14.4, 100)), 0, 500);
    BurnRates rates = new BurnRates(rules);
    fill(rates, START, 10 * MINUTE, true);
    fill(rates, START + 10 * MINUTE, 6 * MINUTE, false);
    assertThat(rates.isKept(KEY, START + 16 * MINUTE)).isFalse();
  }

  @Test
  void doesNotBurn_whenTheLongWindowIsGoodYet() {
    BurnRates rates = new BurnRates(DEFAULTS);
    fill(rates, START, 6 * HOUR, false);
    fill(rates, START + 6 * HOUR, 30 * SECOND, true);
    assertThat(rates.isKept(KEY, START + 6 * HOUR + 40 * SECOND)).isFalse();
  }

  @Test
  void doesNotBurn_withFewTraces() {
    BurnRates rates = new BurnRates(DEFAULTS);
    for (int i = 0; i < 208; i++) {
      rates.count(KEY, true, START + i);
    }
    assertThat(rates.isKept(KEY, START + MINUTE)).isFalse();
    rates.count(KEY, true, START + MINUTE);
    assertThat(rates.isKept(KEY, START + 2 * MINUTE)).isTrue();
  }

  @Test
  void doesNotDependOnTheOrderWithinAStep() {
    BurnRates some = new BurnRates(DEFAULTS);
    BurnRates others = new BurnRates(DEFAULTS);
    long start = Math.floorDiv(START, 25 * SECOND) * 25 * SECOND;
    IntStream.range(0, 500).forEach(i -> some.count(i % 3, i % 2 == 0, start + i));
    IntStream.range(0, 500).map(i -> 499 - i).forEach(i -> others.count(i % 3, i % 2 == 0, start));
    assertThat(some.save()).isEqualTo(others.save());
  }

  @Test
  void goesOnTheSameAfterARestart() {
    Random random = new Random(3);
    BurnRates rates = new BurnRates(ODD);
    BurnRates restarted = new BurnRates(ODD);
    for (int i = 0; i < 3_000; i++) {
      long time = START + i * 300L + i / 500 * 60 * SECOND;
      long key = random.nextInt(5);
      boolean isBad = random.nextDouble() < (i % 1_000 < 500 ? 0.1 : 0.6);
      rates.count(key, isBad, time);
      restarted.count(key, isBad, time);
      if (random.nextInt(50) == 0) {
        BurnRates next = new BurnRates(ODD);
        next.restore(ByteBuffer.wrap(restarted.save()));
        restarted = next;
      }
      assertThat(restarted.isKept(key, time)).isEqualTo(rates.isKept(key, time));
    }
    assertThat(restarted.save()).isEqualTo(rates.save());
    assertThat(restarted.ended()).isNotEmpty().isEqualTo(rates.ended());
  }

  @Test
  void beginsEmpty_withAStateOfAnotherVersion() {
    BurnRates rates = new BurnRates(DEFAULTS);
    fill(rates, START, 10 * MINUTE, true);
    byte[] state = rates.save();
    state[0]++;
    BurnRates next = new BurnRates(DEFAULTS);
    next.restore(ByteBuffer.wrap(state));
    assertThat(next.keys()).isZero();
    assertThat(next.isKept(KEY, START + 10 * MINUTE)).isFalse();
    assertThat(rates.isKept(KEY, START + 10 * MINUTE)).isTrue();
  }

  @Test
  void askingChangesNothing() {
    Random random = new Random(4);
    BurnRates rates = new BurnRates(ODD);
    BurnRates asked = new BurnRates(ODD);
    for (int i = 0; i < 2_000; i++) {
      long time = START + i * 700L + i / 300 * 90 * SECOND;
      boolean isBad = random.nextDouble() < (i % 600 < 300 ? 0.1 : 0.6);
      for (long t = time - 5 * SECOND; t <= time; t += SECOND) {
        asked.isKept(i % 4, t);
        asked.burning(t);
      }
      rates.count(i % 4, isBad, time);
      asked.count(i % 4, isBad, time);
      assertThat(asked.isKept(i % 4, time)).isEqualTo(rates.isKept(i % 4, time));
    }
    assertThat(asked.save()).isEqualTo(rates.save());
  }

  @Test
  void countsKeysAboveTheBoundAsOne_andGivesFrequentOnesAPlace() {
    BurnRules rules = new BurnRules(0.001, DEFAULTS.windows(), 0, 20);
    BurnRates rates = new BurnRates(rules);
    long flood = 1_000;
    long time = START;
    for (int i = 0; i < 40_000; i++, time += 10) {
      rates.count(flood++, false, time);
      if (i > 20_000) {
        rates.count(KEY, true, time);
      }
    }
    assertThat(rates.keys()).isLessThanOrEqualTo(20);
    assertThat(rates.burning(time)).anyMatch(burn -> burn.key() == KEY && !burn.isOther());
    assertThat(rates.isKept(KEY, time)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"99.9, 14.4, 208", "99.9, 6, 500", "99, 10, 30", "99.99, 10, 3000", "95, 2, 30"})
  void aRateEqualToItsBoundBurns(double objective, double burnRate, int traces) {
    List<BurnWindow> windows = List.of(new BurnWindow(HOUR, 5 * MINUTE, burnRate, traces));
    BurnRates rates = new BurnRates(new BurnRules(1 - objective / 100, windows, 0, 5));
    for (int i = 0; i < traces; i++) {
      rates.count(KEY, i < 3, START);
    }
    assertThat(rates.isKept(KEY, START + MINUTE)).isTrue();
  }

  @Test
  void aKeyMakesRoom_alsoWithFewKeys() {
    BurnRates rates = new BurnRates(new BurnRules(0.001, DEFAULTS.windows(), 0, 2));
    for (int i = 0; i < 40_000; i++) {
      rates.count(i < 10 ? i : KEY, true, START + i * 10L);
    }
    assertThat(rates.burning(START + 400_000)).anyMatch(burn -> burn.key() == KEY);
  }

  @Test
  void aFloodOfBadKeysBurnsAsOne() {
    BurnRates rates = new BurnRates(new BurnRules(0.001, DEFAULTS.windows(), 0, 5));
    for (int i = 0; i < 10_000; i++) {
      rates.count(i, true, START + i * 10L);
    }
    assertThat(rates.burning(START + 100_000)).singleElement().matches(Burn::isOther);
    assertThat(rates.isKept(123_456, START + 100_000)).isTrue();
    assertThat(rates.keys()).isLessThanOrEqualTo(5);
  }

  @Test
  void doesNotShowAKeyAsBurning_whenItsWindowsAreEmpty() {
    BurnRates rates = new BurnRates(DEFAULTS);
    fill(rates, START, 10 * MINUTE, true);
    assertThat(rates.burning(START + 10 * MINUTE)).hasSize(1);
    assertThat(rates.burning(START + 3 * HOUR)).isEmpty();
  }

  @Test
  void staysWithinItsBytes() {
    BurnRates rates = new BurnRates(DEFAULTS);
    for (int i = 0; i < 500_000; i++) {
      rates.count(i % 500, i % 2_000 == 0, START + i * 50L);
    }
    assertThat(rates.save().length).isLessThan(500 * 150);
  }

  private static void fill(BurnRates rates, long from, long millis, boolean isBad) {
    for (long t = from; t < from + millis; t += SECOND) {
      rates.count(KEY, isBad, t);
    }
  }

  /** Remembers all traces and the steps at which keys were evaluated. */
  private static final class Model {
    private record Counted(long key, boolean isBad, long step) {}

    private final BurnRules rules;
    private final long stepMillis;
    private final List<Counted> traces = new ArrayList<>();
    private final TreeSet<Long> steps = new TreeSet<>();

    Model(BurnRules rules, long stepMillis) {
      this.rules = rules;
      this.stepMillis = stepMillis;
    }

    void count(long key, boolean isBad, long time) {
      traces.add(new Counted(key, isBad, time / stepMillis));
      steps.add(time / stepMillis);
    }

    boolean isKept(long key, long time) {
      long now = time / stepMillis;
      TreeSet<Long> evaluated = new TreeSet<>(steps);
      steps.forEach(step -> evaluated.add(step + 1));
      evaluated.add(now);
      for (long step : evaluated.headSet(now, true).descendingSet()) {
        if (step < now && now * stepMillis >= step * stepMillis + rules.holdMillis()) {
          return false;
        }
        if (burns(key, step)) {
          return true;
        }
      }
      return false;
    }

    private boolean burns(long key, long at) {
      return rules.windows().stream()
          .anyMatch(
              w ->
                  traces(key, at, w.longMillis(), false) >= w.minTraces()
                      && rate(key, at, w.longMillis()) >= w.burnRate()
                      && rate(key, at, w.shortMillis()) >= w.burnRate());
    }

    private double rate(long key, long at, long window) {
      long all = traces(key, at, window, false);
      return all == 0 ? 0 : traces(key, at, window, true) / (all * rules.errorBudget());
    }

    private long traces(long key, long at, long window, boolean bad) {
      long part = window / 12;
      long first = at * stepMillis / part - 12;
      return traces.stream()
          .filter(t -> t.key == key && t.step < at && (!bad || t.isBad))
          .filter(t -> t.step * stepMillis / part >= first)
          .count();
    }
  }
}
