package io.tailrace.policies.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tailrace.policies.adaptive.Learning.Goal;
import io.tailrace.policies.adaptive.Learning.Memory;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyTrafficTest {
  private static final Memory AVERAGE = new Memory.Average(10_000, .5);

  private static KeyTraffic percentage(double share) {
    return new KeyTraffic(new Learning(new Goal.Share(share), AVERAGE, 100, share, 0));
  }

  private static void learn(KeyTraffic traffic, long key, int traces, long second) {
    for (int i = 0; i < traces; i++) {
      traffic.learn(key, 1, second * 1_000);
    }
  }

  @Test
  void hasTheInitialProbability_untilTheFirstIntervalEnds() {
    KeyTraffic traffic = percentage(.1);
    learn(traffic, 1, 1_000, 0);
    assertThat(traffic.probability(1, 9_999)).isEqualTo(.1);
    assertThat(traffic.probability(1, 10_000)).isCloseTo(.1, within(1e-6));
    assertThat(traffic.probability(2, 10_000)).as("a new key").isCloseTo(.1, within(1e-6));
  }

  @Test
  void keepsTheGoal_andMoreOfRareKeys() {
    KeyTraffic traffic = percentage(.1);
    learn(traffic, 1, 10_000, 0);
    learn(traffic, 2, 100, 0);
    double frequent = traffic.probability(1, 10_000);
    double rare = traffic.probability(2, 10_000);
    assertThat(rare).isEqualTo(1);
    assertThat(frequent * 10_000 + rare * 100).isCloseTo(1_010, within(1.));
  }

  @Test
  void rareKeysGetTheRestOfTheGoal_byTheLogarithmOfTheirTraffic() {
    KeyTraffic traffic = percentage(.01);
    learn(traffic, 1, 20_000, 0); // averages: 10,000 and 1,000
    learn(traffic, 2, 2_000, 0);
    double ratio =
        traffic.probability(1, 10_000) * 10_000 / (traffic.probability(2, 10_000) * 1_000);
    assertThat(ratio).isCloseTo(4. / 3, within(.001));
  }

  @Test
  void emptyIntervalsDoNotDecay_butOthersDo() {
    KeyTraffic traffic = percentage(.1);
    learn(traffic, 1, 1_000, 0);
    assertThat(traffic.probability(1, 100_000)).isCloseTo(.1, within(1e-6));
    assertThat(traffic.keys()).isOne();
    for (int second = 100; second < 1_000; second += 10) {
      learn(traffic, 2, 1, second);
    }
    traffic.probability(2, 1_000_000);
    assertThat(traffic.keys()).as("the first one is forgotten").isOne();
  }

  @Test
  void keepsTheMostFrequentKeys_andTreatsAllOthersAsOne() {
    KeyTraffic traffic = new KeyTraffic(new Learning(new Goal.Share(.1), AVERAGE, 2, .1, 0));
    for (int second = 0; second < 40; second += 10) {
      learn(traffic, 1, 3_000, second);
      learn(traffic, 2, 2_000, second);
      for (int key = 3; key < 1_000; key++) {
        learn(traffic, key, 1, second);
      }
    }
    assertThat(traffic.probability(1, 40_000)).isLessThan(traffic.probability(2, 40_000));
    assertThat(traffic.keys()).isEqualTo(2);
    double others = traffic.probability(500, 40_000);
    assertThat(others).isLessThan(1);
    double kept =
        traffic.probability(1, 40_000) * 3_000
            + traffic.probability(2, 40_000) * 2_000
            + others * 997;
    assertThat(kept).isCloseTo(600, within(30.));
  }

  @Test
  void aNewKeyHasTheGreatestProbability_whenNewOnesAreRare() {
    KeyTraffic traffic = percentage(.1);
    for (int second = 0; second < 100; second += 10) {
      learn(traffic, 1, 10_000, second);
      learn(traffic, 2, 10, second);
    }
    assertThat(traffic.probability(3, 100_000)).isEqualTo(1);
  }

  @Test
  void aWindowGivesEqualParts() {
    KeyTraffic traffic =
        new KeyTraffic(
            new Learning(new Goal.PerSecond(100), new Memory.Window(1_000, 3), 100, .1, 0));
    for (int second = 0; second < 3; second++) {
      learn(traffic, 1, 1_000, second);
      learn(traffic, 2, 200, second);
    }
    assertThat(traffic.probability(1, 3_000) * 1_000).isCloseTo(50, within(.01));
    assertThat(traffic.probability(2, 3_000) * 200).isCloseTo(50, within(.01));
    learn(traffic, 1, 1, 3);
    learn(traffic, 1, 1, 4);
    learn(traffic, 1, 1, 5);
    traffic.probability(1, 6_000);
    assertThat(traffic.keys()).as("the second key has left the window").isOne();
  }

  @Test
  void keepsALeastNumberOfTracesOfEachKey() {
    Learning learning = new Learning(new Goal.Share(.001), AVERAGE, 100, .1, 2);
    KeyTraffic traffic = new KeyTraffic(learning);
    learn(traffic, 1, 10_000, 0);
    assertThat(traffic.probability(1, 10_000) * 5_000)
        .as("2 a second, of the average of 5,000 in 10 s")
        .isCloseTo(20, within(.01));
  }

  @Test
  void goesOnAlike_afterARestart() {
    Learning learning = new Learning(new Goal.PerSecond(50), AVERAGE, 5, .1, .5);
    KeyTraffic one = new KeyTraffic(learning);
    KeyTraffic other = new KeyTraffic(learning);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      long key = (long) (1 / (random.nextDouble() + .02));
      int spans = 1 + random.nextInt(9);
      long time = i * 10L;
      assertThat(other.probability(key, time)).isEqualTo(one.probability(key, time));
      one.learn(key, spans, time);
      other.learn(key, spans, time);
      if (i % 333 == 0) {
        KeyTraffic restarted = new KeyTraffic(learning);
        restarted.restore(ByteBuffer.wrap(other.save()));
        other = restarted;
      }
    }
    assertThat(one.keys()).isEqualTo(5);
  }

  @Test
  void aFloodOfNewKeysTakesBoundedMemory() {
    KeyTraffic traffic = new KeyTraffic(new Learning(new Goal.Share(.1), AVERAGE, 10, .1, 0));
    for (int key = 0; key < 100_000; key++) {
      traffic.learn(key, 1, key / 10);
      assertThat(traffic.save().length).isLessThan(2_000);
    }
  }
}
