package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.policy.Vote;
import io.tailrace.policies.signals.EvaluationTimes;
import io.tailrace.policies.signals.Signal;
import io.tailrace.policies.signals.Signals;
import io.tailrace.policies.signals.SignalsBuilder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Policies that vote and change nothing. */
class ShadowPoliciesTest {
  private static final String ERRORS =
      "{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}";
  private static final String BIG_SHADOW =
      "{name: big, shadow: true, type: span_count, span_count: {min_spans: 3}}";
  private static final String DROP_SHADOW =
      "{name: no-big, shadow: true, type: drop, drop: {drop_sub_policy: "
          + "[{type: span_count, span_count: {min_spans: 3}}]}}";
  private static final String LIMIT =
      "{name: limit, type: rate_limiting, rate_limiting: {spans_per_second: 1}}";
  private static final String LIMIT_SHADOW =
      LIMIT.replace("name: limit", "name: limit, shadow: true");
  private static final String ALL = "{name: all, type: always_sample}";

  private static PolicySet set(String... policies) {
    return Sets.parsed("policies: [" + String.join(", ", policies) + "]");
  }

  private static TestTrace trace(PolicySet set, int spans, boolean error) {
    long[] raised = new long[set.signals().words()];
    set.signals().status(error ? 2 : 0, raised);
    TestTrace trace = TestTrace.raising(raised);
    trace.spanCount = spans;
    return trace;
  }

  @Test
  void votesAndChangesNothing() {
    PolicySet set = set(BIG_SHADOW, ERRORS);
    assertThat(set.policyNames()).containsExactly("errors");
    assertThat(set.shadowNames()).containsExactly("big");

    Decision decision = Sets.judge(set).decide(trace(set, 3, false), 0);

    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.NOT_SAMPLED);
    assertThat(decision.shadowVote(0)).isEqualTo(Vote.SAMPLED);
  }

  @Test
  void aShadowThatDropsDropsNothing() {
    PolicySet set = set(DROP_SHADOW, ALL);
    Decision decision = Sets.judge(set).decide(trace(set, 3, false), 0);

    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.SAMPLED);
    assertThat(decision.shadowVote(0)).isEqualTo(Vote.DROPPED);
  }

  @Test
  void isNotAskedAboutWhatIsDropped_unlessItDropsItself() {
    String drop = DROP_SHADOW.replace("no-big, shadow: true", "dropping");
    PolicySet set = set(drop, BIG_SHADOW, DROP_SHADOW);
    Decision decision = Sets.judge(set).decide(trace(set, 3, false), 0);

    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.DROPPED);
    assertThat(decision.shadowVote(0)).isEqualTo(Vote.NOT_EVALUATED);
    assertThat(decision.shadowVote(1)).isEqualTo(Vote.DROPPED);
  }

  @Test
  void isAskedThoughThePoliciesStoppedAtTheFirstMatch() {
    PolicySet set =
        Sets.parsed("{sample_on_first_match: true, policies: [" + ALL + ", " + BIG_SHADOW + "]}");
    assertThat(Sets.judge(set).decide(trace(set, 3, false), 0).shadowVote(0))
        .isEqualTo(Vote.SAMPLED);
  }

  @Test
  void itsLimitsAreItsOwn_overARestart() {
    PolicySet set = set(LIMIT_SHADOW, ERRORS);
    Judge judge = Sets.judge(set);
    assertThat(judge.decide(trace(set, 2, false), 0).shadowVote(0)).isEqualTo(Vote.SAMPLED);

    Judge restarted = set.newJudge(1, judge.saveState());
    assertThat(restarted.decide(trace(set, 1, false), 0).shadowVote(0)).isEqualTo(Vote.NOT_SAMPLED);
    Judge asNoShadow = set(LIMIT, ERRORS).newJudge(1, judge.saveState());
    assertThat(asNoShadow.decide(trace(set, 1, false), 0).outcome())
        .as("what a shadow has spent is not spent")
        .isEqualTo(Decision.Outcome.SAMPLED);
  }

  @Test
  void nothingButPoliciesOfTheTopCanBeShadowsOrExpire() {
    String and = "policies: [{name: a, type: and, and: {and_sub_policy: [%s]}}]";
    assertThat(Sets.faults(and.formatted(BIG_SHADOW)))
        .singleElement()
        .asString()
        .startsWith("policies[0].and.and_sub_policy[0].shadow: true (expected: a known key");
    assertThat(
            Sets.faults(and.formatted("{type: always_sample, expires_at: '2026-11-21T10:30:00Z'}")))
        .singleElement()
        .asString()
        .startsWith("policies[0].and.and_sub_policy[0].expires_at:");
  }

  @Test
  void aNameIsTakenByAShadowToo() {
    assertThat(Sets.faults("policies: [" + LIMIT + ", " + LIMIT_SHADOW + "]"))
        .containsExactly(
            "policies[1].name: \"limit\" (expected: a unique name, policies[0].name has the same) at line 1");
  }

  @Test
  void aWholeSetDecidesBesideTheOther_byTheSameSignals() {
    PolicySet set =
        set("{name: vip, type: string_attribute, string_attribute: {key: tier, values: [vip]}}");
    PolicySet shadow = set(LIMIT, ERRORS, BIG_SHADOW);
    PolicySet both = set.withShadow(shadow);
    Decision decision = Sets.judge(both).decide(trace(both, 5, true), 0);

    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.NOT_SAMPLED);
    assertThat(decision.shadow().outcome()).isEqualTo(Decision.Outcome.SAMPLED);
    assertThat(decision.shadow().policy()).isEqualTo(1);
    assertThat(both.shadowSet().orElseThrow().policyNames()).containsExactly("limit", "errors");
    assertThat(both.signals().attributeKeys()).containsExactly("tier");
    assertThat(Sets.judge(set).decide(trace(set, 5, true), 0).shadow()).isNull();
  }

  @Test
  void aShadowSetReadsItsOwnFingerprints_amongThoseOfBoth() {
    List<Selector> route = List.of(Selector.parse("span.attributes[\"http.route\"]").get());
    List<Selector> name = List.of(Selector.parse("root.name").get());
    SignalsBuilder active = new SignalsBuilder();
    active.index(new Signal.Flags(1));
    active.fingerprint(route);
    Signals ofShadow = signals(name, route);
    SignalsBuilder union = new SignalsBuilder();
    union.copy(active.build(new EvaluationTimes(1), slot -> slot));

    ShadowSet shadow =
        new ShadowSet(set(ALL), union.indexes(ofShadow), union.fingerprints(ofShadow));

    assertThat(shadow.fingerprints()).containsExactly(1, 0);
    TestTrace trace = new TestTrace();
    trace.fingerprints = new long[] {100, 200};
    ShadowFacts facts = new ShadowFacts(shadow).of(trace);
    assertThat(facts.fingerprint(0)).isEqualTo(200);
    assertThat(facts.fingerprint(1)).isEqualTo(100);
  }

  @SafeVarargs
  private static Signals signals(List<Selector>... fingerprints) {
    SignalsBuilder builder = new SignalsBuilder();
    for (List<Selector> fingerprint : fingerprints) {
      builder.fingerprint(fingerprint);
    }
    return builder.build(new EvaluationTimes(1), slot -> slot);
  }

  @Test
  void theActiveSetsRootConditionIsThatOfBoth() {
    String root = "{root_span_condition: '%s', policies: [" + ALL + "]}";
    PolicySet active = Sets.parsed(root.formatted("kind == 2"));
    PolicySet other = Sets.parsed(root.formatted("kind == 3"));

    assertThat(active.withShadow(other).rootSpanCondition()).isEqualTo(active.rootSpanCondition());
    assertThat(set(ALL).withShadow(other).rootSpanCondition()).isEmpty();
  }

  @Test
  void signalsStayThoseOfTheSet_whenTheShadowWantsNoOthers() {
    PolicySet set = set(ERRORS, ALL);
    assertThat(set.withShadow(set(LIMIT, ERRORS)).signals()).isEqualTo(set.signals());
  }

  @Test
  void theLimitsOfAWholeSetAreItsOwn_overARestart() {
    PolicySet both = set(LIMIT).withShadow(set(LIMIT));
    Judge judge = Sets.judge(both);
    judge.decide(trace(both, 2, false), 0);
    assertThat(judge.hasState()).isTrue();

    Judge restarted = both.newJudge(1, judge.saveState());
    Decision decision = restarted.decide(trace(both, 1, false), 0);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.NOT_SAMPLED);
    assertThat(decision.shadow().outcome()).isEqualTo(Decision.Outcome.NOT_SAMPLED);

    PolicySet shadowLimited = set(ERRORS).withShadow(set(LIMIT));
    Judge shadowSpent = Sets.judge(shadowLimited);
    shadowSpent.decide(trace(shadowLimited, 2, false), 0);
    Judge promoted = set(LIMIT).newJudge(1, shadowSpent.saveState());
    assertThat(promoted.decide(trace(both, 1, false), 0).outcome())
        .isEqualTo(Decision.Outcome.SAMPLED);
  }

  @Test
  void noShadowEverChangesADecision() {
    String composite =
        "{name: c, type: composite, composite: {max_total_spans_per_second: 30, "
            + "composite_sub_policy: [{name: e, type: status_code, status_code: {status_codes: [ERROR]}}, "
            + "{name: rest, type: always_sample}], "
            + "rate_allocation: [{policy: e, percent: 60}, {policy: rest, percent: 30}]}}";
    String[] policies = {ERRORS, LIMIT, composite};
    String shadowComposite = composite.replace("name: c,", "name: d, shadow: true,");
    PolicySet alone = set(policies);
    PolicySet shadowed =
        set(
                shadowComposite,
                LIMIT_SHADOW.replace("limit,", "x,"),
                ERRORS,
                DROP_SHADOW,
                LIMIT,
                composite)
            .withShadow(set(DROP_SHADOW.replace(", shadow: true", ""), composite, LIMIT, ALL));
    Judge one = Sets.judge(alone);
    Judge other = Sets.judge(shadowed);
    Random random = new Random(1);
    int shadowsDiffer = 0;
    for (int i = 0; i < 10_000; i++) {
      int spans = 1 + random.nextInt(5);
      boolean error = random.nextInt(4) == 0;
      long at = i * 100L;
      Decision expected = one.decide(trace(alone, spans, error), at);
      Decision decision = other.decide(trace(shadowed, spans, error), at);
      assertThat(decision.outcome()).isEqualTo(expected.outcome());
      assertThat(decision.policy()).isEqualTo(expected.policy());
      assertThat(decision.subPolicy()).isEqualTo(expected.subPolicy());
      shadowsDiffer += decision.shadow().outcome() == decision.outcome() ? 0 : 1;
      if (i % 1_000 == 0) {
        one = alone.newJudge(1, one.saveState());
        other = shadowed.newJudge(1, other.saveState());
      }
    }
    assertThat(shadowsDiffer).as("a test that shows something").isGreaterThan(1_000);
  }

  @Test
  void theSummaryTellsThemApart() {
    assertThat(set(ERRORS, BIG_SHADOW, DROP_SHADOW).summary())
        .endsWith(
            "  errors   a span has status ERROR",
            "All other traces are not kept.",
            "Late spans can still make a trace match: it is then kept as a whole.",
            "Shadow policies, counted without effect on decisions:",
            "  big      would keep: it has at least 3 spans",
            "  no-big   would drop: it has at least 3 spans");
  }
}
