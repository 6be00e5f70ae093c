package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tailrace.policies.policy.Vote;
import io.tailrace.policies.slo.PolicyBurns;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SloBurnTest {
  private static final long MINUTE = 60_000;
  private static final long START = 1_700_000_000_000L;

  /** A trace is bad if it lasts more than a second. */
  private static final String BAD = "bad: {type: latency, latency: {threshold_ms: 1000}}";

  private static final String GOOD =
      "good: {type: latency, latency: {threshold_ms: 0, upper_threshold_ms: 1000}}";
  private static final String KEY = "key: ['resource.attributes[\"service.name\"]']";

  private static String policy(String settings) {
    return "{name: burn, type: slo_burn, slo_burn: {objective: 99.9, %s}}".formatted(settings);
  }

  private static PolicySet set(String settings, String more) {
    return Sets.parsed("%spolicies: [%s]".formatted(more, policy(settings)));
  }

  private static TestTrace trace(SplittableRandom random, long key, boolean isBad) {
    TestTrace trace = TestTrace.ofNanos(isBad ? 2_000_000_000L : 1_000_000L);
    trace.traceIdHigh = random.nextLong();
    trace.traceIdLow = random.nextLong();
    trace.fingerprints = new long[] {key};
    return trace;
  }

  /**
   * Decides a trace every 100 ms, of keys 1 and 2; with an outage, half of those of key 1 are bad.
   */
  private static final class Traffic {
    private final SplittableRandom random;
    private Judge judge;
    private long now;
    private int kept;
    private int keptOfOthers;
    private double adjusted;
    private int all;

    Traffic(Judge judge, long seed) {
      this(judge, seed, START);
    }

    Traffic(Judge judge, long seed, long from) {
      this.judge = judge;
      this.random = new SplittableRandom(seed);
      this.now = from;
    }

    Traffic run(long minutes, boolean isOutage) {
      kept = 0;
      keptOfOthers = 0;
      for (long end = now + minutes * MINUTE; now < end; now += 100) {
        int key = 1 + random.nextInt(2);
        boolean isBad = isOutage && key == 1 && random.nextBoolean();
        Decision decision = judge.decide(trace(random, key, isBad), now);
        all++;
        if (decision.outcome() == Decision.Outcome.SAMPLED) {
          kept += key == 1 ? 1 : 0;
          keptOfOthers += key == 1 ? 0 : 1;
          adjusted += 0x1p56 / (0x1p56 - decision.threshold());
        }
      }
      return this;
    }

    PolicyBurns burns() {
      return judge.burns(now).get(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BAD, GOOD})
  void keepsTracesOfTheKeyThatBurns_andOfNoOther(String bad) {
    Traffic traffic = new Traffic(Sets.judge(set(bad + ", " + KEY, "")), 1);
    assertThat(traffic.run(60, false).kept).isZero();
    assertThat(traffic.burns().burning()).isEmpty();
    assertThat(traffic.run(30, true).kept).isBetween(7_800, 9_100);
    assertThat(traffic.keptOfOthers).isZero();
    assertThat(traffic.burns().burning())
        .singleElement()
        .satisfies(
            burn -> {
              assertThat(burn.key()).isEqualTo(1);
              assertThat(burn.sinceMillis()).isBetween(START + 60 * MINUTE, START + 63 * MINUTE);
            });
    assertThat(traffic.burns().rate()).isBetween(100.0, 510.0);
    traffic.run(45, false);
    assertThat(traffic.burns().burning()).isEmpty();
    assertThat(traffic.burns().ended()).hasSize(1);
    assertThat(traffic.run(30, false).kept).isZero();
  }

  @Test
  void countsAllTracesAsOne_withoutAKey() {
    Traffic traffic = new Traffic(Sets.judge(set(BAD, "")), 1);
    traffic.run(60, false).run(30, true);
    assertThat(traffic.keptOfOthers).isGreaterThan(7_000);
    assertThat(traffic.burns().keys()).isEqualTo(1);
    assertThat(traffic.burns().fingerprint()).isEqualTo(-1);
  }

  @Test
  void estimatesStayRight_atAPercentage() {
    PolicySet set =
        Sets.parsed(
            "policies: [%s, {name: rest, type: probabilistic, probabilistic: {sampling_percentage: 5}}]"
                .formatted(policy(BAD + ", sampling_percentage: 25, " + KEY)));
    double sum = 0;
    int runs = 10;
    for (int seed = 0; seed < runs; seed++) {
      Traffic traffic = new Traffic(Sets.judge(set), seed).run(30, false).run(30, true);
      assertThat((double) traffic.kept / traffic.keptOfOthers).isGreaterThan(3);
      sum += traffic.adjusted / traffic.all;
    }
    assertThat(sum / runs).isCloseTo(1, within(0.02));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sample_on_first_match: true, policies: [{name: all, type: always_sample}, %s]",
        "policies: [{name: no, type: drop, drop: {drop_sub_policy: [{type: always_sample}]}}, %s]",
        "policies: [{name: both, type: and, and: {and_sub_policy: [{type: not, not: "
            + "{not_sub_policy: {type: always_sample}}}, %s]}}]",
        "policies: [{name: both, type: composite, composite: {max_total_spans_per_second: 1,"
            + " composite_sub_policy: [%s], policy_order: [burn]}}]",
      })
  void countsTraces_whateverBecomesOfThem(String document) {
    PolicySet set = Sets.parsed("{" + document.formatted(policy(BAD + ", " + KEY)) + "}");
    Traffic traffic = new Traffic(Sets.judge(set), 1).run(60, false).run(30, true);
    assertThat(traffic.burns().burning()).hasSize(1);
  }

  @Test
  void countsInShadowToo_withAStateOfItsOwn() {
    String shadow = policy(BAD + ", " + KEY).replace("name: burn", "name: burn, shadow: true");
    PolicySet set = Sets.parsed("policies: [{name: all, type: always_sample}, " + shadow + "]");
    Judge judge = Sets.judge(set);
    new Traffic(judge, 1).run(60, false).run(30, true);
    SplittableRandom random = new SplittableRandom(1);
    long now = START + 90 * MINUTE;
    assertThat(judge.decide(trace(random, 1, false), now).shadowVote(0)).isEqualTo(Vote.SAMPLED);
    assertThat(judge.decide(trace(random, 2, false), now).shadowVote(0))
        .isEqualTo(Vote.NOT_SAMPLED);
    assertThat(judge.burns(now)).isEmpty();
  }

  @Test
  void countsInTheShadowSet() {
    PolicySet set = Sets.parsed("policies: [{name: all, type: always_sample}]");
    Judge judge = Sets.judge(set.withShadow(set(BAD + ", " + KEY, "")));
    new Traffic(judge, 1).run(60, false).run(30, true);
    Decision decision = judge.decide(trace(new SplittableRandom(1), 1, false), START + 90 * MINUTE);
    assertThat(decision.shadow().outcome()).isEqualTo(Decision.Outcome.SAMPLED);
  }

  @Test
  void goesOnTheSame_afterARestart() {
    PolicySet set = set(BAD + ", " + KEY, "");
    Traffic one = new Traffic(Sets.judge(set), 5);
    Traffic other = new Traffic(Sets.judge(set), 5);
    for (int minute = 0; minute < 90; minute++) {
      boolean isOutage = minute >= 20 && minute < 40;
      other.judge = set.newJudge(1, other.judge.saveState());
      assertThat(one.run(1, isOutage).kept).isEqualTo(other.run(1, isOutage).kept);
      assertThat(one.judge.saveState()).isEqualTo(other.judge.saveState());
    }
    assertThat(one.burns().ended()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "sampling_percentage: 50, hold: 1h, min_traces: 7, max_keys: 20; true",
        "windows: [{long: 1h, short: 5m, burn_rate: 10}, {long: 6h, short: 30m, burn_rate: 2}]; true",
        "windows: [{long: 1h, short: 6m, burn_rate: 14.4}]; false",
      })
  void itsCountsSurviveADocument_thatChangesWhatFollowsFromThem(String settings, boolean survive) {
    Traffic traffic = new Traffic(Sets.judge(set(BAD + ", " + KEY, "")), 1);
    traffic.run(60, false).run(30, true);
    PolicySet next = set(BAD + ", " + KEY + ", " + settings, "");
    Judge judge = next.newJudge(1, traffic.judge.saveState());
    assertThat(judge.burns(traffic.now).get(0).burning()).hasSize(survive ? 1 : 0);
  }

  @Test
  void abstains_whenALateSpanMayTurnTheVerdict() {
    Judge judge = set(BAD + ", " + KEY, "").newContentJudge();
    new Traffic(judge, 1).run(30, true);
    assertThat(judge.abstains()).isTrue();
    assertThat(judge.hasState()).isFalse();
    assertThat(judge.burns(START)).isEmpty();
  }

  @Test
  void votesAlikeBeforeAndAfterASlotIsClosed() {
    PolicySet set =
        Sets.parsed(
            "sample_on_first_match: true, policies: [%s, {name: rest, type: rate_limiting, rate_limiting: {spans_per_second: 3}}]"
                .formatted(policy(BAD + ", " + KEY))
                .transform(text -> "{" + text + "}"));
    Judge judge = Sets.judge(set);
    SlotRuns runs = new SlotRuns(judge);
    SplittableRandom random = new SplittableRandom(1);
    int[] kept = new int[3];
    for (int second = 0; second < 3_600; second++) {
      List<TestTrace> traces = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        int key = 1 + random.nextInt(2);
        traces.add(trace(random, key, second > 1_800 && key == 1 && random.nextBoolean()));
      }
      boolean isLate = second > 3_000;
      runs.slot(
          traces,
          (trace, decision) -> {
            if (isLate && decision.outcome() == Decision.Outcome.SAMPLED) {
              kept[(int) trace.fingerprint(0)]++;
              assertThat(decision.policy()).isEqualTo(trace.fingerprint(0) == 1 ? 0 : 1);
            }
          });
    }
    assertThat(kept[1]).isBetween(2_800, 3_200); // all, without a token
    assertThat(kept[2]).isBetween(1_650, 1_850); // 3 a second: all tokens are left for these
  }

  @Test
  void onePartitionOfManyBurnsAsTheWhole() {
    PolicySet set = set(BAD + ", " + KEY, "");
    SplittableRandom random = new SplittableRandom(9);
    List<Judge> parts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      parts.add(set.newJudge(1.0 / 8, null));
    }
    long outage = START + 60 * MINUTE;
    for (long now = START; now < START + 75 * MINUTE; now += 20) { // 3,000 traces a minute
      boolean isBad = random.nextDouble() < (now < outage ? 0.0005 : 0.05);
      parts.get(random.nextInt(8)).decide(trace(random, 1, isBad), now);
    }
    for (Judge part : parts) {
      assertThat(part.burns(START + 75 * MINUTE).get(0).burning())
          .singleElement()
          .satisfies(
              burn -> assertThat(burn.sinceMillis()).isBetween(outage, outage + 30 * MINUTE));
    }
  }

  @Test
  void tellsTheBurnRateOfTheKeyOfATrace() {
    Traffic traffic = new Traffic(Sets.judge(set(BAD + ", " + KEY, "")), 1);
    traffic.run(60, false).run(30, true);
    SplittableRandom random = new SplittableRandom(1);
    byte[] before = traffic.judge.saveState();
    PolicyBurns burning = burnsFor(traffic, trace(random, 1, false), 0);
    PolicyBurns good = burnsFor(traffic, trace(random, 2, false), 0);
    PolicyBurns later = burnsFor(traffic, trace(random, 1, false), 7 * 60 * MINUTE);
    assertThat(burning.burning()).singleElement().matches(burn -> burn.key() == 1);
    assertThat(burning.rate()).isBetween(100.0, 510.0);
    assertThat(good.burning()).isEmpty();
    assertThat(good.rate()).isZero();
    assertThat(later.burning()).isEmpty();
    assertThat(traffic.judge.saveState()).isEqualTo(before);
  }

  private static PolicyBurns burnsFor(Traffic traffic, TestTrace trace, long later) {
    return traffic.judge.burnsFor(trace, traffic.now + later).get(0);
  }

  @Test
  void isDescribed() {
    assertThat(set(BAD + ", key: [root.service, root.name], sampling_percentage: 25", "").summary())
        .contains(
            "  burn   it is among 25 % of traces, chosen by trace id, while traces of its key"
                + " (root.service, root.name) burn an error budget of 0.1 %; a trace is bad if it"
                + " lasts more than 1s");
    assertThat(set(GOOD, "").summary())
        .contains(
            "  burn   all traces together burn an error budget of 0.1 %; a trace is good if it"
                + " lasts more than 0s, at most 1s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "BAD; .objective: absent (expected: a percentage above 0 and below 100, such as 99.9)",
        "objective: 100, BAD; .objective: 100 (expected: a percentage above 0 and below 100, such as 99.9)",
        "objective: 99; : a mapping (expected: a policy in either bad or good, which says what a bad or a good trace is)",
        "objective: 99, BAD, GOOD; .good: a mapping (expected: a policy in either bad or good, which says what a bad or a good trace is)",
        "objective: 99, bad: {type: probabilistic, probabilistic: {sampling_percentage: 1}}; .bad.type: \"probabilistic\" (expected: a type that depends on the content of a trace alone)",
        "objective: 99, good: {type: not, not: {not_sub_policy: {type: rate_limiting, rate_limiting: {spans_per_second: 1}}}}; .good.not.not_sub_policy.type: \"rate_limiting\" (expected: a type that depends on the content of a trace alone)",
        "objective: 99, BAD, key: [host]; .key[0]: \"host\" (expected: (resource|scope|span|root|any).attributes[\"key\"], root.name, root.service or trace.shape)",
        "objective: 99, BAD, windows: []; .windows: a list of 0 (expected: a list with at least one item)",
        "objective: 99, BAD, windows: [{long: 1h, short: 1h, burn_rate: 2}]; .windows[0].short: \"1h\" (expected: shorter than long)",
        "objective: 99, BAD, windows: [{long: 1h, short: 10s, burn_rate: 2}]; .windows[0].short: \"10s\" (expected: a duration of 12s to 720h)",
        "objective: 99, BAD, windows: [{long: 1h, short: 5m}]; .windows[0].burn_rate: absent (expected: above 0, at most 1000000)",
        "objective: 99, BAD, windows: [{long: 1h, short: 5m, burn_rate: 100}]; .windows[0].burn_rate: 100 (expected: below 100, the greatest possible with this objective)",
        "objective: 90, BAD; .windows: absent (expected: burn rates below 10, the greatest possible with this objective)",
        "objective: 99, BAD, min_traces: 0; .min_traces: 0 (expected: an integer in 1..2147483647)",
        "objective: 99, BAD, sampling_percentage: 0; .sampling_percentage: 0 (expected: above 0, at most 100)",
        "objective: 99, BAD, hold: -1s; .hold: \"-1s\" (expected: >= 0s)",
        "objective: 99, BAD, max_keys: 5001; .max_keys: 5001 (expected: an integer in 1..5000)",
        "objective: 99, BAD, windws: []; .windws: a list of 0 (expected: a known key: objective, bad, good, key, windows, min_traces, sampling_percentage, hold, max_keys; did you mean windows?)",
      })
  void refusesBadSettings(String settings, String fault) {
    String block = settings.replace("BAD", BAD).replace("GOOD", GOOD);
    assertThat(Sets.faults("policies: [{name: b, type: slo_burn, slo_burn: {" + block + "}}]"))
        .singleElement()
        .asString()
        .startsWith("policies[0].slo_burn" + fault);
  }

  @Test
  void needsTraceStates_forAPercentage() {
    String document = "{use_tracestate: false, policies: [%s]}";
    assertThat(Sets.faults(document.formatted(policy(BAD)))).isEmpty();
    assertThat(Sets.faults(document.formatted(policy(BAD + ", sampling_percentage: 50"))))
        .singleElement()
        .asString()
        .contains("sampling_percentage: 50 (expected: 100, or use_tracestate: true");
  }

  @Test
  void warnsOfMinTraces_withWhichOneBadTraceBurns() {
    assertThat(set(BAD + ", min_traces: 100", "").warnings())
        .singleElement()
        .asString()
        .contains("min_traces: one bad trace can let a key burn at a rate of 6");
    assertThat(set(BAD + ", min_traces: 200", "").warnings()).isEmpty();
  }
}
