package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.policies.policy.Vote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LintTest {
  private static final String SLOW = "{name: slow, type: latency, latency: {threshold_ms: 500}}";
  private static final String ERRORS =
      "{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}";

  private static List<String> lint(String... policies) {
    return Sets.parsed("policies: [" + String.join(", ", policies) + "]").lint();
  }

  private static String named(String name, String type, String settings) {
    return "{name: %s, type: %s, %s: %s}".formatted(name, type, type, settings);
  }

  private static String and(String name, String... policies) {
    return named(name, "and", "{and_sub_policy: [" + String.join(", ", policies) + "]}");
  }

  @Test
  void saysNothingOfASetThatMakesSense() {
    assertThat(
            lint(
                ERRORS,
                SLOW,
                named("rest", "probabilistic", "{sampling_percentage: 10}"),
                named("more", "probabilistic", "{sampling_percentage: 20, hash_salt: x}"),
                and("some", SLOW, named("half", "probabilistic", "{sampling_percentage: 50}")),
                named("cap", "rate_limiting", "{spans_per_second: 100}")))
        .containsExactly("policies.some: adds nothing, the earlier policy slow already covers it");
    assertThat(lint(and("some", SLOW, ERRORS), SLOW, ERRORS))
        .as("a narrower one before a wider one has its own keeps")
        .isEmpty();
  }

  @Test
  void tellsOfOneThatKeepsEverything_andOfThoseAfterIt() {
    assertThat(lint(ERRORS, "{name: all, type: always_sample}", SLOW))
        .containsExactly(
            "policies.all: keeps every trace",
            "policies.slow: adds nothing, the earlier policy all already covers it");
    assertThat(lint(named("many", "span_count", "{min_spans: 1}"))).hasSize(1);
    assertThat(lint(named("all", "probabilistic", "{sampling_percentage: 100}"))).hasSize(1);
    assertThat(lint(named("n", "drop", "{drop_sub_policy: [{type: always_sample}]}")))
        .containsExactly("policies.n: drops every trace");
  }

  @Test
  void tellsOfOneThatMatchesNothing_onceOnly() {
    assertThat(lint(ERRORS, named("no", "probabilistic", "{sampling_percentage: 0}")))
        .containsExactly("policies.no: matches no trace");
    assertThat(lint(and("no", SLOW, named("x", "latency", "{upper_threshold_ms: 500}"))))
        .containsExactly("policies.no: matches no trace");
    assertThat(lint(and("no", SLOW, named("x", "not", "{not_sub_policy: " + SLOW + "}"))))
        .containsExactly("policies.no: matches no trace");
    PolicySet told =
        Sets.of("latency", "{threshold_ms: 900, upper_threshold_ms: 500}"); // told while it is read
    assertThat(told.warnings()).singleElement().asString().contains("upper_threshold_ms is not");
    assertThat(told.lint()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{spans_per_second: 0} | 0 (expected: > 0, samples no trace)",
        "{spans_per_second: 0, burst_capacity: 9}"
            + " | 0 (expected: > 0, samples one burst, then no trace)"
      })
  void tellsOfALimiterThatLetsNothingThrough(String settings, String doubt) {
    assertThat(lint(named("cap", "rate_limiting", settings)))
        .containsExactly("policies.cap.spans_per_second: " + doubt);
  }

  @Test
  void tellsOfRepetition_ofLimitersOnlyIfTheyAreAskedTheSame() {
    String cap = named("a", "rate_limiting", "{spans_per_second: 5}");
    String same = named("b", "rate_limiting", "{spans_per_second: 5}");
    assertThat(lint(SLOW, named("late", "latency", "{threshold_ms: 500}")))
        .containsExactly("policies.late: repeats slow");
    assertThat(lint(cap, same)).containsExactly("policies.b: repeats a");
    assertThat(
            Sets.parsed("sample_on_first_match: true\npolicies: [" + cap + ", " + same + "]")
                .lint())
        .as("the second is asked for what the first has refused")
        .isEmpty();
  }

  @Test
  void tellsOfTwoThatKeepEverythingTogether() {
    assertThat(lint(SLOW, named("quick", "not", "{not_sub_policy: " + SLOW + "}")))
        .containsExactly("policies.quick: keeps every trace together with slow");
  }

  @Test
  void tellsOfSharesThatWereAddedUp() {
    assertThat(
            lint(
                named("a", "probabilistic", "{sampling_percentage: 40}"),
                named("b", "probabilistic", "{sampling_percentage: 60, hash_salt: x}")))
        .singleElement()
        .asString()
        .startsWith("policies.b.sampling_percentage: adds up to 100 % with a");
    assertThat(
            lint(
                named("a", "probabilistic", "{sampling_percentage: 40}"),
                named("b", "probabilistic", "{sampling_percentage: 59, hash_salt: x}")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkout.yaml", "collector-config.yaml"})
  void raisesNoAlarmAtTheSamplesInDeploy(String file) throws IOException {
    assertThat(Sets.parsed(Files.readString(Path.of("../deploy/policies", file))).lint()).isEmpty();
  }

  static Stream<ConformanceCase> cases() {
    return ConformanceCase.all().filter(example -> !example.isConfigError());
  }

  /** The Collector's own documents, each with its traces: what lint claims must be so. */
  @ParameterizedTest
  @MethodSource("cases")
  void isTrueOfTheCollectorsDocuments(ConformanceCase example) {
    PolicySet set = Sets.parsed(example.document());
    Claims claims = new Claims(set);
    Judge judge = Sets.judge(set);
    for (JsonNode json : example.steps()) {
      TestTrace trace = ConformanceCase.trace(json.get("trace"), set.signals());
      claims.check(judge.decide(trace, json.get("at_ms").asLong()));
    }
  }

  @Test
  void isTrueOfRandomSets() {
    Random random = new Random(7);
    int claimed = 0;
    for (int i = 0; i < 3_000; i++) {
      List<String> policies = new ArrayList<>();
      for (int p = 0; p < 4; p++) {
        policies.add(randomPolicy("p" + p, random, 2));
      }
      PolicySet set = Sets.parsed("policies: [" + String.join(", ", policies) + "]");
      Claims claims = new Claims(set);
      claimed += set.lint().isEmpty() ? 0 : 1;
      Judge judge = Sets.judge(set);
      for (int t = 0; t < 40; t++) {
        TestTrace trace = new TestTrace();
        trace.traceIdHigh = random.nextLong();
        trace.traceIdLow = random.nextLong();
        trace.spanCount = 1 + random.nextInt(6);
        trace.startUnixNanos = 0;
        trace.endUnixNanos = random.nextInt(6) * 1_000_000L;
        trace.raised = new long[set.signals().words()];
        set.signals().status(random.nextInt(3), trace.raised);
        claims.check(judge.decide(trace, 1_000L * t));
      }
    }
    assertThat(claimed).as("sets with claims").isGreaterThan(1_000);
  }

  private static String randomPolicy(String name, Random random, int depth) {
    int low = random.nextInt(5);
    int high = random.nextInt(6);
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 ->
          named(name, "latency", "{threshold_ms: " + low + ", upper_threshold_ms: " + high + "}");
      case 1 -> named(name, "span_count", "{min_spans: " + low + ", max_spans: " + high + "}");
      case 2 -> named(name, "probabilistic", "{sampling_percentage: " + 25 * low + "}");
      case 3 ->
          named(
              name,
              "status_code",
              "{status_codes: "
                  + (low < 2 ? "[ERROR]" : low < 4 ? "[OK, ERROR]" : "[UNSET]")
                  + "}");
      case 4 -> named(name, "rate_limiting", "{spans_per_second: " + low % 3 + "}");
      case 5, 6 ->
          and(name, randomPolicy("a", random, depth - 1), randomPolicy("b", random, depth - 1));
      default ->
          named(name, "not", "{not_sub_policy: " + randomPolicy("n", random, depth - 1) + "}");
    };
  }

  /** What lint says of a set, to be held against its decisions. */
  private record Claims(PolicySet set, List<String> lint) {
    Claims(PolicySet set) {
      this(set, set.lint());
    }

    void check(Decision decision) {
      for (int i = 0; i < set.policyNames().size(); i++) {
        String name = "policies." + set.policyNames().get(i);
        for (String line : lint) {
          if (line.startsWith(name + ":") && decision.vote(i) != Vote.NOT_EVALUATED) {
            check(line.substring(name.length()), i, decision);
          }
        }
      }
    }

    private void check(String claim, int policy, Decision decision) {
      String all = lint + " " + decision;
      if (claim.startsWith(": matches no trace")) {
        assertThat(decision.vote(policy)).as(all).isNotIn(Vote.SAMPLED, Vote.DROPPED);
      } else if (claim.startsWith(": keeps every trace together")) {
        assertThat(decision.outcome()).as(all).isNotEqualTo(Decision.Outcome.NOT_SAMPLED);
      } else if (claim.startsWith(": keeps every trace") || claim.startsWith(": drops every")) {
        assertThat(decision.vote(policy)).as(all).isIn(Vote.SAMPLED, Vote.DROPPED);
      } else if (claim.startsWith(": adds nothing") || claim.startsWith(": repeats")) {
        assertThat(decision.policy()).as(all).isNotEqualTo(policy);
      }
    }
  }
}
