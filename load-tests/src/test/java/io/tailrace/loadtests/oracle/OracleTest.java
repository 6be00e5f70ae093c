package io.tailrace.loadtests.oracle;

import static io.tailrace.loadtests.oracle.SyntheticLog.ERRORS;
import static io.tailrace.loadtests.oracle.SyntheticLog.EVERYTHING;
import static io.tailrace.loadtests.oracle.SyntheticLog.error;
import static io.tailrace.loadtests.oracle.SyntheticLog.id;
import static io.tailrace.loadtests.oracle.SyntheticLog.span;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OracleTest {
  private static final Outcome BY_ERRORS = new Outcome(true, "errors", 0, "0");
  private static final long READ_AT = 1_000_000;

  private static final String FOLLOWED =
      ERRORS.replace("{\"pol", "{\"reconsider_late\":false,\"pol");

  private final SyntheticLog log = new SyntheticLog();
  private String policies = FOLLOWED;

  @Test
  void keepsTrace_whenErrorComesJustInTime() {
    log.write(0, 1_000, span(1, 1)).write(0, 3_999, error(1, 2)).write(0, 4_000, span(1, 3));

    ExpectedTrace trace = keyed().traces().get(id(1));
    assertThat(trace.outcomes()).containsExactly(BY_ERRORS);
    assertThat(trace.spans()).hasSize(3);
  }

  @Test
  void doesNotKeepTrace_whenErrorComesWhenItIsDue() {
    log.write(0, 1_000, span(1, 1)).write(0, 4_000, error(1, 2));

    assertThat(keyed().traces().get(id(1)).outcomes()).containsExactly(Outcome.NOT_KEPT);
  }

  @Test
  void keepsTrace_whenALateErrorTurnsItsVerdict() {
    policies = ERRORS;
    log.write(0, 1_000, span(1, 1)).write(0, 4_000, error(1, 2)).write(0, 4_100, error(1, 3));
    log.write(0, 1_000, span(2, 4)).write(0, 4_000, span(2, 5));

    ExpectedTrace turned = keyed().traces().get(id(1));
    assertThat(turned.outcomes()).containsExactly(BY_ERRORS);
    assertThat(turned.canTurn()).isTrue();
    ExpectedTrace other = keyed().traces().get(id(2));
    assertThat(other.outcomes()).containsExactly(Outcome.NOT_KEPT);
    assertThat(other.canTurn()).isFalse();
  }

  @Test
  void countsLogTimeAndNotStamps() {
    log.write(0, 1_000, span(1, 1)).write(0, 4_000, span(2, 2)).write(0, 1_500, error(1, 3));

    assertThat(keyed().traces().get(id(1)).outcomes()).containsExactly(Outcome.NOT_KEPT);
  }

  @Test
  void leavesOpenWhetherItIsKept_whenItsErrorWasHeldBack() {
    log.write(0, 1_000, span(1, 1)).write(0, 1_500, error(1, 2));

    Expectation held = judge(rules(true), Set.of(new Position(0, 1)));
    assertThat(held.traces().get(id(1)).outcomes())
        .containsExactlyInAnyOrder(BY_ERRORS, Outcome.NOT_KEPT);
    assertThat(held.open()).isEqualTo(1);
  }

  @Test
  void waitsFromTheLeastLogTime_whereverInTheLogThatIs() {
    log.write(0, 4_500, error(1, 1)).write(1, 1_500, span(1, 2)).write(1, 2_000, error(2, 3));

    Expectation unkeyed = judge(rules(false), Set.of());
    assertThat(unkeyed.traces().get(id(1)).outcomes()).containsExactly(Outcome.NOT_KEPT);
    assertThat(unkeyed.traces().get(id(1)).decidedAt()).hasValue(4_500);
    assertThat(unkeyed.traces().get(id(2)).outcomes()).containsExactly(BY_ERRORS);
  }

  @Test
  void leavesOpenWhetherItIsKept_whenTheFirstSpanOfAnUnkeyedTraceWasHeldBack() {
    log.write(0, 4_500, error(1, 1)).write(1, 1_500, span(1, 2));

    ExpectedTrace trace = judge(rules(false), Set.of(new Position(1, 1))).traces().get(id(1));
    assertThat(trace.isOpen()).isTrue();
    assertThat(trace.decidedAt()).isEmpty();
  }

  @Test
  void allowsLaterPolicies_whenASpanWasHeldBack() {
    log.publish(5_000, EVERYTHING);
    log.write(0, 1_000, span(1, 1)).write(0, 1_000, span(2, 2));

    Expectation held = judge(rules(true), Set.of(new Position(0, 0)));
    assertThat(held.traces().get(id(1)).outcomes())
        .containsExactlyInAnyOrder(Outcome.NOT_KEPT, new Outcome(true, "everything", 1, "0"));
    assertThat(held.traces().get(id(2)).outcomes()).containsExactly(Outcome.NOT_KEPT);
  }

  @Test
  void leavesOpenWhetherItIsKept_whenARecordFromTheFutureCameInBetween() {
    log.write(0, 1_000, span(1, 1))
        .write(0, READ_AT + 1, error(3, 4))
        .write(0, 1_001, error(1, 2), error(2, 3));

    assertThat(keyed().traces().get(id(1)).isOpen()).isTrue();
    assertThat(keyed().traces().get(id(2)).outcomes()).containsExactly(BY_ERRORS);
    assertThat(keyed().traces().get(id(2)).decidedAt()).as("is put off").isEmpty();
    assertThat(keyed().traces().get(id(3)).outcomes()).containsExactly(BY_ERRORS);
  }

  @Test
  void judgesByThePoliciesOfTheDueTime_andOverlooksInvalidOnes() {
    log.publish(10_000, "{\"policies\": 1}")
        .publish(10_000, EVERYTHING)
        .publish(
            10_000,
            "{\"policies\":[{\"name\":\"x\",\"type\":\"latency\",\"latency\":{\"threshold_ms\":-1}}]}")
        .write(0, 7_499, error(1, 1))
        .write(0, 7_500, span(2, 2))
        .write(0, 8_500, error(3, 3));

    assertThat(keyed().traces().get(id(1)).outcomes()).containsExactly(BY_ERRORS);
    assertThat(keyed().traces().get(id(2)).outcomes())
        .as("within the slack")
        .containsExactlyInAnyOrder(new Outcome(true, "everything", 2, "0"), Outcome.NOT_KEPT);
    assertThat(keyed().traces().get(id(3)).outcomes())
        .containsExactly(new Outcome(true, "everything", 2, "0"));
  }

  @Test
  void leavesToABudgetWhatNoOtherPolicyKeeps_andRequiresTheRest() {
    policies =
        ERRORS.replace(
            "]}}]}",
            "]}},{\"name\":\"some\",\"type\":\"rate_limiting\",\"rate_limiting\":{\"spans_per_second\":1}}]}");
    log.write(0, 1_000, span(1, 1), error(2, 2), span(3, 3)).write(0, 4_000, error(3, 4));

    assertThat(keyed().traces().get(id(1)).isOpen()).isTrue();
    assertThat(keyed().traces().get(id(1)).allows(new Outcome(true, "some", 0, "8"))).isTrue();
    assertThat(keyed().traces().get(id(1)).canTurn()).isFalse();
    assertThat(keyed().traces().get(id(2)).mustBeKept()).isTrue();
    assertThat(keyed().traces().get(id(2)).decidedAt()).isEmpty();
    assertThat(keyed().traces().get(id(3)).mustBeKept()).as("turned by a late error").isTrue();
    assertThat(keyed().traces().get(id(3)).canTurn()).isTrue();
  }

  @Test
  void judgesALogAsItGrows() {
    Oracle oracle = new Oracle(rules(true), policies, log.config, Set.of(), READ_AT);
    log.write(0, 1_000, error(1, 1)).write(0, 2_000, span(2, 2)).write(1, 3_000, span(3, 3));
    log.ingest.forEach(oracle::read);

    assertThat(oracle.readUpTo()).as("of the slower partition").isEqualTo(2_000);
    assertThat(oracle.expected(2_000).traces()).containsOnlyKeys(id(1));
    oracle.forget(Set.of(id(1)));
    assertThat(oracle.expected(2_001).traces()).containsOnlyKeys(id(2));

    log.publish(2_000, EVERYTHING);
    oracle.publish(log.config.get(0));
    assertThat(oracle.expected(4_000).kept()).containsExactlyInAnyOrder(id(2), id(3));
  }

  @Test
  void expectsDeadLetters_forWhatCannotBeRead() {
    log.writeBytes(0, 1_000, "{\"not\": \"protobuf\"}".getBytes(StandardCharsets.UTF_8))
        .writeBytes(0, 1_000, null)
        .write(0, 1_000, span(1, 1).toBuilder().clearTraceId().build(), error(2, 2));

    assertThat(keyed().deadLetters())
        .containsExactlyInAnyOrder(new Position(0, 0), new Position(0, 1), new Position(0, 2));
    assertThat(keyed().kept()).containsExactly(id(2));
  }

  private Expectation keyed() {
    return judge(rules(true), Set.of());
  }

  private Expectation judge(Oracle.Rules rules, Set<Position> heldBack) {
    return new Oracle(rules, policies, log.config, heldBack, READ_AT).judge(log.ingest);
  }

  private static Oracle.Rules rules(boolean keyed) {
    return new Oracle.Rules(keyed, 3_000, 500, 500, true);
  }
}
