package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptivePolicyTest {
  private static final int PARTITIONS = 12;
  private static final int KEYS = 20;
  private static final String KEY =
      "fingerprint_attributes: ['resource.attributes[\"service.name\"]']";

  private static String throughput(int goal, String more) {
    return "{name: t, type: adaptive_throughput, adaptive_throughput: {goal_throughput: %d, %s%s}}"
        .formatted(goal, KEY, more);
  }

  private static String percentage(String goal) {
    return "{name: p, type: adaptive_percentage, adaptive_percentage: {goal_percentage: %s, %s}}"
        .formatted(goal, KEY);
  }

  /** A partition of the fleet: an even share of traces of Zipf keys and log-normal sizes. */
  private static final class Partition {
    private final SplittableRandom random;
    private final SlotRuns runs;
    private final double[] truth = new double[KEYS + 2];
    private final double[] estimate = new double[KEYS + 2];
    private long spans;
    private long kept;

    Partition(Judge judge, long seed) {
      runs = new SlotRuns(judge);
      random = new SplittableRandom(seed);
    }

    /** Runs a second with this number of traces of the fleet, and of new keys. */
    void second(int traces, int newKeys) {
      List<TestTrace> due = new ArrayList<>();
      for (int i = 0; i < traces + newKeys; i++) {
        if (random.nextInt(PARTITIONS) == 0) {
          int size = (int) Math.exp(Math.log(5) + .8 * random.nextGaussian());
          TestTrace trace = SlotRuns.trace(random, Math.max(1, size));
          trace.fingerprints = new long[] {i < traces ? zipf() : random.nextLong()};
          due.add(trace);
        }
      }
      runs.slot(due, this::count);
    }

    private void count(TestTrace trace, Decision decision) {
      boolean isKept = decision.outcome() == Decision.Outcome.SAMPLED;
      boolean isNew = trace.fingerprint(0) < 0 || trace.fingerprint(0) > KEYS;
      int key = isNew ? KEYS + 1 : (int) trace.fingerprint(0);
      spans += trace.spanCount;
      kept += isKept ? trace.spanCount : 0;
      truth[key]++;
      estimate[key] += isKept ? 0x1p56 / (0x1p56 - decision.threshold()) : 0;
    }

    private long zipf() {
      double sum = 0;
      for (int i = 1; i <= KEYS; i++) {
        sum += 1. / i;
      }
      double at = random.nextDouble() * sum;
      int key = 1;
      for (double passed = 1; passed < at; passed += 1. / ++key) {}
      return key;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 1060, 0, 1.05",
    "1000, 5300, 0, 1.05",
    "1000, 1060, 133, 1.05",
    "100, 1060, 0, 1.12",
    "100, 5300, 0, 1.12",
    "100, 1060, 133, 1.12"
  })
  void holdsTheGoal_whileTrafficChanges(int goal, int laterTraces, int laterKeys, double most) {
    PolicySet set = Sets.parsed("policies: [" + throughput(goal, "") + "]");
    List<Partition> fleet = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      fleet.add(new Partition(set.newJudge(1. / PARTITIONS, null), i));
    }
    long before = 0;
    for (int second = 1; second <= 240; second++) {
      boolean isLater = second > 120;
      for (Partition partition : fleet) {
        partition.second(isLater ? laterTraces : 1_060, isLater ? laterKeys : 0);
      }
      if (second % 10 == 0) {
        long kept = fleet.stream().mapToLong(p -> p.kept).sum();
        if (second > 60) {
          assertThat((kept - before) / (goal * 10.)).as("second %d", second).isBetween(.8, most);
        }
        before = kept;
      }
    }
    for (int key = 0; key < KEYS + 2; key++) {
      int of = key;
      double truth = fleet.stream().mapToDouble(p -> p.truth[of]).sum();
      double estimate = fleet.stream().mapToDouble(p -> p.estimate[of]).sum();
      if (truth > 0) {
        assertThat(estimate / truth).as("key %d", key).isCloseTo(1, within(.35));
      }
    }
  }

  @Test
  void keepsTheGoal_andMoreOfRareKeys() {
    PolicySet set = Sets.parsed("policies: [" + percentage("5") + "]");
    Partition partition = new Partition(set.newJudge(1, null), 1);
    for (int second = 0; second < 60; second++) {
      partition.second(2_000, 0);
    }
    long keptBefore = partition.kept;
    long spansBefore = partition.spans;
    double[] truth = partition.truth.clone();
    for (int second = 0; second < 60; second++) {
      partition.second(2_000, 0);
    }
    double share = (double) (partition.kept - keptBefore) / (partition.spans - spansBefore);
    assertThat(share).isCloseTo(.05, within(.01));
    assertThat(truth[1]).isGreaterThan(truth[KEYS]);
  }

  @Test
  void learnsOnlyFromTracesThatReachIt_onFirstMatch() {
    String policies =
        "policies: [{name: large, type: span_count, span_count: {min_spans: 10}}, "
            + percentage("50")
            + "]";
    Judge judge = Sets.judge(Sets.parsed("{sample_on_first_match: true, " + policies + "}"));
    SlotRuns runs = new SlotRuns(judge);
    SplittableRandom random = new SplittableRandom(2);
    double[] threshold = new double[2];
    for (int second = 0; second < 60; second++) {
      List<TestTrace> traces = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        TestTrace large = SlotRuns.trace(random, 10);
        large.fingerprints = new long[] {7};
        TestTrace small = SlotRuns.trace(random, 1);
        small.fingerprints = new long[] {8};
        traces.add(large);
        traces.add(small);
      }
      runs.slot(
          traces,
          (trace, decision) -> {
            if (trace.spanCount == 1) {
              threshold[0] = decision.leastThreshold() / 0x1p56;
            } else {
              assertThat(decision.threshold()).isZero();
            }
          });
    }
    assertThat(threshold[0]).as("half of the small ones alone").isCloseTo(.5, within(.01));
  }

  @Test
  void whatIsLearntStays_whenTheGoalAndOtherPoliciesChange() {
    PolicySet set = Sets.parsed("policies: [" + percentage("10") + "]");
    Judge judge = Sets.judge(set);
    SlotRuns runs = new SlotRuns(judge);
    SplittableRandom random = new SplittableRandom(3);
    for (int second = 0; second < 40; second++) {
      List<TestTrace> traces = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        TestTrace trace = SlotRuns.trace(random, 1);
        trace.fingerprints = new long[] {i % 50 == 0 ? 1 : 2};
        traces.add(trace);
      }
      runs.slot(traces, (trace, decision) -> {});
    }
    PolicySet changed =
        Sets.parsed("policies: [" + throughput(900, ", max_keys: 7") + "]".replace("t,", "p,"));
    assertThat(changed.usesSlots()).isTrue();
    Judge next =
        Sets.parsed(
                "policies: [{name: all, type: drop, drop: {drop_sub_policy:"
                    + " [{type: span_count, span_count: {min_spans: 99}}]}}, "
                    + percentage("20")
                    + "]")
            .newJudge(1, judge.saveState());
    TestTrace rare = SlotRuns.traceAt(.01, 1);
    rare.fingerprints = new long[] {1};
    assertThat(next.closeSlot(41_000, List.of(rare))).isTrue();
    assertThat(next.decideInSlot(rare).threshold()).as("is known to be rare").isZero();
    TestTrace frequent = SlotRuns.traceAt(.01, 1);
    frequent.fingerprints = new long[] {2};
    assertThat(next.decideInSlot(frequent).leastThreshold() / 0x1p56).isBetween(.75, .9);
  }

  @Test
  void needsTraceStates() {
    assertThat(Sets.faults("use_tracestate: false\npolicies: [" + percentage("5") + "]"))
        .singleElement()
        .asString()
        .contains("use_tracestate: true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adaptive_percentage|{%s}|goal_percentage",
        "adaptive_percentage|{goal_percentage: 0, %s}|goal_percentage",
        "adaptive_percentage|{goal_percentage: 101, %s}|goal_percentage",
        "adaptive_percentage|{goal_percentage: 5}|fingerprint_attributes",
        "adaptive_percentage|{goal_percentage: 5, fingerprint_attributes: [x]}|fingerprint_attributes[0]",
        "adaptive_percentage|{goal_percentage: 5, algorithm: windowed, %s}|algorithm",
        "adaptive_percentage|{goal_percentage: 5, update_frequency: 1s, %s}|update_frequency",
        "adaptive_percentage|{goal_percentage: 5, weight: 1, %s}|weight",
        "adaptive_percentage|{goal_percentage: 5, weight: -1, %s}|weight",
        "adaptive_percentage|{goal_percentage: 5, max_keys: -1, %s}|max_keys",
        "adaptive_throughput|{goal_throughput: 0, %s}|goal_throughput",
        "adaptive_throughput|{goal_throughput: 5, algorithm: best, %s}|algorithm",
        "adaptive_throughput|{goal_throughput: 5, weight: .5, algorithm: windowed, %s}|weight",
        "adaptive_throughput|{goal_throughput: 5, lookback_frequency: 9s, %s}|lookback_frequency",
        "adaptive_throughput|{goal_throughput: 5, initial_sampling_percentage: 0, %s}|initial_sampling_percentage",
        "adaptive_throughput|{goal_throughput: 5, min_traces_per_second: -1, %s}|min_traces_per_second"
      })
  void refusesWhatTheCollectorRefuses(String example) {
    String[] parts = example.split("\\|");
    List<String> faults = Sets.faults(Sets.one(parts[0], parts[1].formatted(KEY)));
    assertThat(faults).singleElement().asString().contains(parts[2]);
  }
}
