package io.tailrace.loadtests.oracle;

import static io.tailrace.loadtests.oracle.SyntheticLog.ERRORS;
import static io.tailrace.loadtests.oracle.SyntheticLog.error;
import static io.tailrace.loadtests.oracle.SyntheticLog.id;
import static io.tailrace.loadtests.oracle.SyntheticLog.span;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a decision stream may be, and every way in which it may be wrong. */
class DecisionVerifierTest {
  private final List<DecisionRecord> came = new ArrayList<>();
  private Expectation expectation;
  private DecisionVerifier verifier;

  @BeforeEach
  void aRightStream() {
    SyntheticLog log =
        new SyntheticLog()
            .write(0, 1_000, error(1, 11), span(2, 21), span(3, 31))
            .write(0, 9_000, span(2, 22), error(3, 32));
    expectation =
        new Oracle(
                new Oracle.Rules(true, 3_000, 500, 0, true), ERRORS, List.of(), Set.of(), 1_000_000)
            .judge(log.ingest);
    verifier = new DecisionVerifier(expectation, Guarantee.EXACTLY_ONCE);
    came.add(new DecisionRecord(id(1), true, 4_000));
    came.add(new DecisionRecord(id(2), false, 4_000));
    came.add(new DecisionRecord(id(3), false, 4_000));
    came.add(new DecisionRecord(id(3), true, 4_000));
  }

  @Test
  void acceptsTheRightStream() {
    assertThat(verifier.differences(came, true)).isEmpty();
    assertThat(verifier.isComplete(came)).isTrue();
  }

  @Test
  void seesASecondDecision() {
    came.add(new DecisionRecord(id(2), false, 12_000));

    assertThatOnly(2, "has decisions");
    assertThat(verifier.differences(came, false)).hasSize(1);
  }

  @Test
  void seesAMissingDecision_onceAllIsDecided() {
    came.remove(0);

    assertThatOnly(1, "has decisions []");
    assertThat(verifier.differences(came, false)).isEmpty();
    assertThat(verifier.isComplete(came)).isFalse();
  }

  @Test
  void seesThatALateErrorTurnedNothing() {
    came.remove(3);

    assertThatOnly(3, ": DecisionRecord");
    assertThat(verifier.differences(came, false)).isEmpty();
    assertThat(verifier.isComplete(came)).isFalse();
  }

  @Test
  void seesAVerdictTurnedTwice() {
    came.add(new DecisionRecord(id(3), true, 4_000));

    assertThatOnly(3, "has decisions");
  }

  @Test
  void seesAnotherVerdict() {
    came.set(1, new DecisionRecord(id(2), true, 4_000));

    assertThatOnly(2, ": DecisionRecord");
  }

  @Test
  void seesAnotherTime() {
    came.set(0, new DecisionRecord(id(1), true, 4_001));

    assertThatOnly(1, ": DecisionRecord");
  }

  @Test
  void seesATraceThatWasNeverWritten() {
    came.add(new DecisionRecord(id(9), false, 4_000));

    assertThatOnly(9, "was decided and never written");
  }

  @Test
  void acceptsRepetitions_atLeastOnce() {
    verifier = new DecisionVerifier(expectation, Guarantee.AT_LEAST_ONCE);
    came.addAll(List.copyOf(came));

    assertThat(verifier.differences(came, true)).isEmpty();
    assertThat(verifier.isComplete(came)).isTrue();
  }

  @Test
  void seesWrongAndMissingDecisions_atLeastOnce() {
    verifier = new DecisionVerifier(expectation, Guarantee.AT_LEAST_ONCE);
    came.add(new DecisionRecord(id(1), false, 4_000));
    assertThatOnly(1, "has decisions");

    came.clear();
    assertThat(verifier.differences(came, true)).hasSize(3);
    assertThat(verifier.isComplete(came)).isFalse();
  }

  @Test
  void seesARepetitionOfAnotherTime_atLeastOnce() {
    verifier = new DecisionVerifier(expectation, Guarantee.AT_LEAST_ONCE);
    came.add(new DecisionRecord(id(1), true, 4_100));

    assertThatOnly(1, "has decisions");
  }

  private void assertThatOnly(long trace, String how) {
    assertThat(verifier.differences(came, true))
        .singleElement()
        .asString()
        .startsWith("trace " + id(trace))
        .contains(how);
  }
}
