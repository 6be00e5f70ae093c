package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.ottl.TestSpan;
import io.tailrace.policies.policy.Vote;
import io.tailrace.policies.signals.Signals;
import io.tailrace.policies.span.AttributesView;
import io.tailrace.policies.span.UnreadableSpanException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OttlConditionTest {
  private static final String FAILS = "'attributes[\"s\"] + 1 == 2'";
  private static final String MET = "'name == \"a\"'";
  private static final String NOT_MET = "'name == \"z\"'";

  private static PolicySet set(String mode, String span, String events) {
    return Sets.of(
        "ottl_condition",
        "{error_mode: %s, span: [%s], spanevent: [%s]}".formatted(mode, span, events));
  }

  private static TestSpan span(String name) {
    TestSpan span = new TestSpan();
    span.name = name;
    span.attributes.put("s", "text");
    span.events.add(new TestSpan.Event("first", 0, Map.of()));
    span.events.add(new TestSpan.Event("second", 0, Map.of()));
    return span;
  }

  private static Vote vote(PolicySet set, TestSpan... spans) {
    long[] raised = new long[set.signals().words()];
    for (TestSpan span : spans) {
      Sets.span(set.signals(), span, 0, raised);
    }
    return Sets.judge(set).decide(TestTrace.raising(raised), 0).vote(0);
  }

  /**
   * Conditions on spans are first, each list is evaluated in order, and the first result decides.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "ignore;" + FAILS + ";; NOT_SAMPLED",
        "silent;" + FAILS + ";; NOT_SAMPLED",
        "propagate;" + FAILS + ";; ERROR",
        "ignore;" + FAILS + "," + MET + ";; SAMPLED",
        "propagate;" + FAILS + "," + MET + ";; ERROR",
        "propagate;" + MET + "," + FAILS + ";; SAMPLED",
        "propagate;" + NOT_MET + "," + FAILS + ";; ERROR",
        "propagate;" + NOT_MET + ";; NOT_SAMPLED",
        "propagate;" + FAILS + ";'true'; ERROR",
        "ignore;" + FAILS + ";'true'; SAMPLED",
        "propagate;" + MET + ";'span.attributes[\"s\"] + 1 == 2'; SAMPLED",
        "propagate;" + NOT_MET + ";'name == \"first\"','1 / (event_index - 1) == 2'; SAMPLED",
        "propagate;;'name == \"second\"','1 / (event_index - 1) == 2'; SAMPLED",
        "propagate;;'1 / (event_index - 1) == 2','name == \"second\"'; ERROR",
        "propagate;;'1 / (event_index - 1) == -1','name == \"second\"'; SAMPLED",
        "ignore;;'1 / event_index == 1'; SAMPLED",
      })
  void failuresCountAsTheModeSays(String mode, String span, String events, Vote vote) {
    PolicySet set = set(mode, span == null ? "" : span, events == null ? "" : events);
    assertThat(vote(set, span("a"))).isEqualTo(vote);
  }

  @Test
  void aFailureIsNoMatch_whenNoModeIsWritten() {
    PolicySet set = Sets.of("ottl_condition", "{span: [" + FAILS + "]}");
    assertThat(vote(set, span("a"))).isEqualTo(Vote.NOT_SAMPLED);
  }

  @Test
  void aMatchOutweighsTheFailureOfAnotherSpan_inEitherOrder() {
    String fails = "'1 / attributes[\"zero\"] == 2 or IsString(name)'";
    PolicySet set = set("propagate", fails, "");
    TestSpan failing = span("failing");
    failing.attributes.put("zero", 0L);
    TestSpan matching = span("matching");
    matching.attributes.put("zero", 1L);
    assertThat(vote(set, failing)).isEqualTo(Vote.ERROR);
    assertThat(vote(set, failing, matching)).isEqualTo(Vote.SAMPLED);
    assertThat(vote(set, matching, failing)).isEqualTo(Vote.SAMPLED);
  }

  @Test
  void whatCannotBeReadHasNoAnswer_andOnlyThat() {
    TestSpan broken =
        new TestSpan() {
          @Override
          public AttributesView attributes() {
            throw new UnreadableSpanException("broken");
          }

          @Override
          public int eventCount() {
            throw new UnreadableSpanException("broken");
          }
        };
    broken.name = "a";
    String asks = "'attributes[\"s\"] == \"text\"'";
    assertThat(vote(set("propagate", asks, ""), broken)).isEqualTo(Vote.ERROR);
    assertThat(vote(set("ignore", asks, ""), broken)).isEqualTo(Vote.NOT_SAMPLED);
    assertThat(vote(set("ignore", asks + "," + MET, ""), broken)).isEqualTo(Vote.SAMPLED);
    assertThat(vote(set("propagate", MET, "'true'"), broken)).isEqualTo(Vote.SAMPLED);
    assertThat(vote(set("propagate", NOT_MET, "'true'"), broken)).isEqualTo(Vote.ERROR);
    assertThat(vote(set("ignore", NOT_MET, "'true'"), broken)).isEqualTo(Vote.NOT_SAMPLED);
    assertThat(vote(set("propagate", asks, ""), broken, span("b"))).isEqualTo(Vote.SAMPLED);
  }

  @Test
  void aPolicyThatFailsLeavesItToTheOthers() {
    PolicySet set =
        Sets.parsed(
            "policies: [{name: o, type: ottl_condition, ottl_condition: {error_mode: propagate, "
                + "span: ["
                + FAILS
                + "]}}, {name: all, type: always_sample}]");
    long[] raised = new long[set.signals().words()];
    Sets.span(set.signals(), span("a"), 0, raised);
    Decision decision = Sets.judge(set).decide(TestTrace.raising(raised), 0);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.SAMPLED);
    assertThat(decision.policy()).isEqualTo(1);
    assertThat(decision.vote(0)).isEqualTo(Vote.ERROR);
  }

  @Test
  void standsWithinOtherPolicies() {
    String not =
        "{not_sub_policy: {type: ottl_condition, ottl_condition: {error_mode: propagate, span: [%s]}}}";
    assertThat(vote(Sets.of("not", not.formatted(MET)), span("a"))).isEqualTo(Vote.NOT_SAMPLED);
    assertThat(vote(Sets.of("not", not.formatted(NOT_MET)), span("a"))).isEqualTo(Vote.SAMPLED);
    assertThat(vote(Sets.of("not", not.formatted(FAILS)), span("a"))).isEqualTo(Vote.ERROR);
  }

  @Test
  void aSpanIsNotRead_onceTheConditionsAreMet() {
    PolicySet set = set("ignore", MET, "");
    long[] raised = {1};
    Sets.span(set.signals(), null, 0, raised);
    assertThat(raised).containsExactly(1);
  }

  @Test
  void nowIsWhatTheCallerSays() {
    PolicySet set = set("ignore", "'UnixNano(Now()) == 77'", "");
    long[] raised = new long[1];
    Sets.span(set.signals(), span("a"), 78, raised);
    assertThat(raised).containsExactly(0);
    Sets.span(set.signals(), span("a"), 77, raised);
    assertThat(raised).containsExactly(1);
  }

  @Test
  void signalsAreEqual_whenConditionsAndModeAre() {
    Signals one = set("propagate", MET + "," + NOT_MET, MET).signals();
    assertThat(one.needsSpans()).isTrue();
    assertThat(one.size()).isEqualTo(2);
    assertThat(set("propagate", MET + "," + NOT_MET, MET).signals())
        .isEqualTo(one)
        .hasSameHashCodeAs(one);
    assertThat(set("propagate", NOT_MET + "," + MET, MET).signals()).isNotEqualTo(one);
    assertThat(set("propagate", MET, MET).signals()).isNotEqualTo(one);
    assertThat(set("propagate", MET + "," + NOT_MET, NOT_MET).signals()).isNotEqualTo(one);
    assertThat(set("ignore", MET, "").signals()).isEqualTo(set("silent", MET, "").signals());
    assertThat(set("ignore", MET, "").signals().size()).isEqualTo(1);
    assertThat(set("ignore", "", MET).signals()).isNotEqualTo(set("ignore", MET, "").signals());
    assertThat(Sets.of("always_sample", "{}").signals().needsSpans()).isFalse();
  }

  @Test
  void policiesOfTheSameConditionsShareTheirBits() {
    String policy =
        "{name: %s, type: ottl_condition, ottl_condition: {error_mode: %s, span: [" + FAILS + "]}}";
    Signals signals =
        Sets.parsed(
                List.of(
                        policy.formatted("a", "propagate"),
                        policy.formatted("b", "propagate"),
                        policy.formatted("c", "ignore"))
                    .stream()
                    .collect(Collectors.joining(", ", "policies: [", "]")))
            .signals();
    assertThat(signals.size()).isEqualTo(3);
    long[] raised = new long[1];
    Sets.span(signals, span("a"), 0, raised);
    assertThat(raised).containsExactly(2);
  }

  @Test
  void faultsNameTheConditionAndTheColumn() {
    assertThat(
            Sets.faults(
                Sets.one(
                    "ottl_condition",
                    "{error_mode: loud, span: ['name == ', 'nmae == \"x\"', 'IsMach(name, \"x\")', '', 5],"
                        + " spanevent: ['IsMatch(name, \"(\")']}")))
        .containsExactly(
            "policies[0].ottl_condition.error_mode: \"loud\" (expected: one of "
                + "propagate, ignore, silent) at line 1",
            "policies[0].ottl_condition.span[0]: \"name == \" "
                + "(expected: at column 9, a value instead of the end) at line 1",
            "policies[0].ottl_condition.span[1]: \"nmae == \"x\"\" "
                + "(expected: at column 1, a path, perhaps span.name) at line 1",
            "policies[0].ottl_condition.span[2]: \"IsMach(name, \"x\")\" "
                + "(expected: at column 1, a known function, perhaps IsMatch) at line 1",
            "policies[0].ottl_condition.span[3]: \"\" (expected: a string) at line 1",
            "policies[0].ottl_condition.span[4]: 5 (expected: a string; put it in quotes) at line 1",
            "policies[0].ottl_condition.spanevent[0]: \"IsMatch(name, \"(\")\" (expected: at column "
                + "15, an RE2 regular expression: missing closing )) at line 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{error_mode: ignore}", "{span: []}", "{span: [], spanevent: []}"})
  void wantsACondition(String settings) {
    assertThat(Sets.faults(Sets.one("ottl_condition", settings)))
        .singleElement()
        .asString()
        .contains("expected: a condition in span or spanevent");
  }

  @Test
  void refusesMoreConditionsThanASpanShouldCost() {
    String many = IntStream.range(0, 101).mapToObj(i -> "'true'").collect(Collectors.joining(","));
    assertThat(Sets.faults(Sets.one("ottl_condition", "{span: [" + many + "]}")))
        .anySatisfy(fault -> assertThat(fault).contains("at most 100 conditions"));
  }

  @Test
  void regexesOfConditionsCountWithTheOthersOfADocument() {
    String regex = "'IsMatch(name, \"(a{1000}){20}\")'";
    assertThat(Sets.faults(Sets.one("ottl_condition", "{span: [" + regex + "]}"))).isEmpty();
    String three = String.join(",", regex, regex, regex);
    assertThat(Sets.faults(Sets.one("ottl_condition", "{span: [" + three + "]}")))
        .singleElement()
        .asString()
        .contains("span[2]", "at column 15, a simpler regular expression");
  }
}
