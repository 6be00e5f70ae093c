package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tailrace.policies.policy.Votes;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proves that adjusted counts estimate the number of traces: 20 seeds of 100,000 traces each, chi
 * squared. Recipe: OTEP 4673.
 */
class UnbiasedWeightsTest {
  private static final int SEEDS = 20;
  private static final int TRACES = 100_000;

  /** Traces of class {@code i} have {@code i + 1} spans. */
  private static final int CLASSES = 3;

  /** Quantile of the normal distribution for 1 in 10,000; the seeds are fixed. */
  private static final double Z = 3.72;

  private static final String TENTH = probabilistic(10);
  private static final String FIRST_CLASS = spans(1, 1);
  private static final String COMPOSITE =
      "{type: composite, composite: {max_total_spans_per_second: 500, policy_order: [a],"
          + " composite_sub_policy: [{name: a, type: always_sample}]}}";

  /** A document and the probability of each class by threshold. */
  record Example(String name, String document, double... probability) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Example> examples() {
    return Stream.of(
        example("always_sample", 1, 1, 1, "{type: always_sample}"),
        example("span_count", 1, 0, 0, FIRST_CLASS),
        example("probabilistic 10", .1, .1, .1, TENTH),
        example("probabilistic 1", .01, .01, .01, probabilistic(1)),
        example("probabilistic 3.125", .03125, .03125, .03125, probabilistic(3.125)),
        example("probabilistic 99.9", .999, .999, .999, probabilistic(99.9)),
        example("and of content", .1, 0, 0, and(FIRST_CLASS, TENTH)),
        example("and of content, other order", .1, 0, 0, and(TENTH, FIRST_CLASS)),
        example("and of percentages", .1, .1, .1, and(TENTH, probabilistic(50))),
        example("not of content", 0, 1, 1, not(FIRST_CLASS)),
        example("and of not", 0, .1, .1, and(TENTH, not(FIRST_CLASS))),
        example("not of and", 0, 1, 1, not(and(TENTH, FIRST_CLASS))),
        example("or of content", 1, .1, .1, TENTH, FIRST_CLASS),
        example("or of percentages", .5, .5, .5, TENTH, probabilistic(50)),
        example("or of and", .5, .1, .1, TENTH, and(FIRST_CLASS, probabilistic(50))),
        example("drop", 0, .1, .1, TENTH, drop(FIRST_CLASS)),
        example("or beside a limiter", .1, .1, .1, limiter(), TENTH),
        example("or beside a limiter of all", 1, .1, .1, limiter(), TENTH, FIRST_CLASS),
        example("or beside a salt", .1, .1, .1, salted(), TENTH),
        example(
            "three rates",
            .1,
            .02,
            .5,
            and(FIRST_CLASS, TENTH),
            and(spans(2, 2), probabilistic(2)),
            and(spans(3, 3), probabilistic(50))));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void estimatesEachClass(Example example) {
    assertUnbiased(example, "");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void estimatesEachClass_onFirstMatch(Example example) {
    assertUnbiased(example, "sample_on_first_match: true\n");
  }

  private static void assertUnbiased(Example example, String settings) {
    PolicySet set = Sets.parsed(settings + example.document);
    double chiSquared = 0;
    int degrees = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Estimate estimate = estimate(set, seed, false);
      for (int i = 0; i < CLASSES; i++) {
        double p = example.probability[i];
        double error = estimate.count[i] - (p == 0 ? 0 : estimate.truth[i]);
        if (p == 0 || p == 1) {
          assertThat(error).as("error in class %d", i).isZero();
        } else {
          chiSquared += error * error / (estimate.truth[i] * (1 - p) / p);
          degrees++;
        }
      }
    }
    if (degrees > 0) {
      assertThat(chiSquared).isLessThan(quantile(degrees));
    }
  }

  /** The threshold of the first policy that samples a trace is not the threshold of the trace. */
  @Test
  void countsErrorsTwice_whenCombinedNaively() {
    PolicySet set = Sets.parsed("sample_on_first_match: true\n" + document(TENTH, FIRST_CLASS));
    Estimate naive = estimate(set, 1, true);
    assertThat(naive.count[0] / naive.truth[0]).isCloseTo(1.9, within(.05)); // 38 for 20
    Estimate right = estimate(set, 1, false);
    assertThat(right.count[0]).isEqualTo(right.truth[0]);
  }

  @Test
  void estimatesEachPolicy_onFirstMatch() {
    PolicySet set =
        Sets.parsed("sample_on_first_match: true\n" + document(TENTH, probabilistic(50)));
    Judge judge = Sets.judge(set);
    SplittableRandom random = new SplittableRandom(5);
    double[] count = new double[2];
    for (int i = 0; i < TRACES; i++) {
      TestTrace trace = trace(random);
      Decision decision = judge.decide(trace, 0);
      for (int policy = 0; policy < 2; policy++) {
        long threshold = decision.threshold(policy);
        count[policy] += trace.randomness() >= threshold ? adjusted(threshold) : 0;
      }
    }
    assertThat(count[0]).isCloseTo(TRACES, within(4 * Math.sqrt(TRACES * 9.)));
    assertThat(count[1]).isCloseTo(TRACES, within(4 * Math.sqrt(TRACES * 1.)));
  }

  @Test
  void doesNotKnowWeights_ofLimitersSaltsAndOpposites() {
    for (String policy :
        new String[] {
          limiter(),
          "{type: bytes_limiting, bytes_limiting: {bytes_per_second: 500}}",
          COMPOSITE,
          salted(),
          not(probabilistic(1)),
          and(limiter(), TENTH),
          and(TENTH, limiter()),
          and(TENTH, salted()),
          and(salted(), TENTH)
        }) {
      Judge judge = Sets.judge(Sets.parsed(document(policy)));
      SplittableRandom random = new SplittableRandom(7);
      int sampled = 0;
      for (int i = 0; i < 1_000; i++) {
        Decision decision = judge.decide(trace(random), i * 1_000);
        assertThat(decision.threshold(0)).as(policy).isNegative(); // sampled or not
        assertThat(decision.leastThreshold()).as(policy).isEqualTo(Votes.NEVER);
        if (decision.outcome() == Decision.Outcome.SAMPLED) {
          sampled++;
          assertThat(decision.threshold()).isEqualTo(Decision.UNKNOWN_THRESHOLD);
        }
      }
      assertThat(sampled).as(policy).isPositive();
    }
  }

  /** Each kind that tests the content of a trace, with what the signals of one class raise. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "status_code: {status_codes: [ERROR]}",
        "string_attribute: {key: k, values: [v]}",
        "numeric_attribute: {key: k, min_value: 1}",
        "boolean_attribute: {key: k, value: true}",
        "trace_state: {key: k, values: [v]}",
        "trace_flags: {}",
        "ottl_condition: {span: ['name == \"a\"']}",
        "latency: {threshold_ms: 1}"
      })
  void estimatesEachClass_ofEachKindThatTestsContent(String settings) {
    String type = settings.substring(0, settings.indexOf(':'));
    PolicySet set = Sets.parsed(document(TENTH, "{type: " + type + ", " + settings + "}"));
    Judge judge = Sets.judge(set);
    SplittableRandom random = new SplittableRandom(11);
    double[] truth = new double[2];
    double[] count = new double[2];
    for (int i = 0; i < TRACES; i++) {
      TestTrace trace = trace(random);
      int matches = random.nextInt(5) == 0 ? 1 : 0;
      trace.raised = new long[] {-matches};
      trace.endUnixNanos = matches * 10_000_000L;
      Decision decision = judge.decide(trace, 0);
      truth[matches]++;
      if (decision.outcome() == Decision.Outcome.SAMPLED) {
        count[matches] += adjusted(decision.threshold());
      }
    }
    assertThat(count[1]).isEqualTo(truth[1]);
    assertThat(count[0]).isCloseTo(truth[0], within(4 * Math.sqrt(truth[0] * 9)));
  }

  /** A random veto leaves a share of traces that no threshold describes. */
  @Test
  void doesNotKnowWeights_besideARandomVeto() {
    Judge judge =
        Sets.judge(Sets.parsed(document("{type: always_sample}", drop(probabilistic(50)))));
    TestTrace trace = new TestTrace();
    Decision decision = judge.decide(trace, 0);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.SAMPLED);
    assertThat(decision.threshold()).isEqualTo(Decision.UNKNOWN_THRESHOLD);
    trace.traceIdLow = -1;
    assertThat(judge.decide(trace, 0).outcome()).isEqualTo(Decision.Outcome.DROPPED);
  }

  @Test
  void spendsNothing_afterTheFirstMatch() {
    String limiter = "{type: rate_limiting, rate_limiting: {spans_per_second: 1}}";
    Judge judge =
        Sets.judge(Sets.parsed("sample_on_first_match: true\n" + document(FIRST_CLASS, limiter)));
    for (int i = 0; i < 10; i++) {
      judge.decide(TestTrace.ofSpans(1), 0);
    }
    assertThat(Sets.samples(judge, TestTrace.ofSpans(2), 0)).isTrue();
  }

  @Test
  void leavesTraceStatesAlone_ifToldSo() {
    Judge judge = Sets.judge(Sets.parsed("use_tracestate: false\n" + document(FIRST_CLASS)));
    assertThat(judge.decide(TestTrace.ofSpans(1), 0).threshold())
        .isEqualTo(Decision.UNWEIGHTED_THRESHOLD);
  }

  private static Estimate estimate(PolicySet set, int seed, boolean naively) {
    Judge judge = Sets.judge(set);
    SplittableRandom random = new SplittableRandom(seed);
    Estimate estimate = new Estimate();
    for (int i = 0; i < TRACES; i++) {
      TestTrace trace = trace(random);
      Decision decision = judge.decide(trace, i / 100);
      int kind = trace.spanCount - 1;
      estimate.truth[kind]++;
      if (decision.outcome() == Decision.Outcome.SAMPLED) {
        long threshold = naively ? decision.threshold(decision.policy()) : decision.threshold();
        estimate.count[kind] += threshold < 0 ? 0 : adjusted(threshold);
      }
    }
    return estimate;
  }

  private static TestTrace trace(SplittableRandom random) {
    TestTrace trace = TestTrace.ofSpans(1 + random.nextInt(CLASSES));
    trace.traceIdHigh = random.nextLong();
    trace.traceIdLow = random.nextLong();
    return trace;
  }

  private static double adjusted(long threshold) {
    return 0x1p56 / (0x1p56 - threshold);
  }

  /** Approximates a quantile of chi squared, by Wilson and Hilferty. */
  private static double quantile(int degrees) {
    double v = 2 / (9.0 * degrees);
    return degrees * Math.pow(1 - v + Z * Math.sqrt(v), 3);
  }

  private static Example example(
      String name, double first, double second, double third, String... policies) {
    return new Example(name, document(policies), first, second, third);
  }

  private static String document(String... policies) {
    StringBuilder document = new StringBuilder("policies:\n");
    for (int i = 0; i < policies.length; i++) {
      document.append("- {name: p").append(i).append(", ").append(policies[i].substring(1));
      document.append('\n');
    }
    return document.toString();
  }

  private static String probabilistic(double percentage) {
    return "{type: probabilistic, probabilistic: {sampling_percentage: " + percentage + "}}";
  }

  private static String salted() {
    return "{type: probabilistic, probabilistic: {sampling_percentage: 20, hash_salt: x}}";
  }

  private static String limiter() {
    return "{type: rate_limiting, rate_limiting: {spans_per_second: 500}}";
  }

  private static String spans(int min, int max) {
    return "{type: span_count, span_count: {min_spans: " + min + ", max_spans: " + max + "}}";
  }

  private static String and(String... policies) {
    return "{type: and, and: {and_sub_policy: [" + String.join(", ", policies) + "]}}";
  }

  private static String not(String policy) {
    return "{type: not, not: {not_sub_policy: " + policy + "}}";
  }

  private static String drop(String policy) {
    return "{type: drop, drop: {drop_sub_policy: [" + policy + "]}}";
  }

  private static final class Estimate {
    private final double[] truth = new double[CLASSES];
    private final double[] count = new double[CLASSES];
  }
}
