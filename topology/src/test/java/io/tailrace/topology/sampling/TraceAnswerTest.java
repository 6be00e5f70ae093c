package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceAnswerTest {
  private static final JsonMapper JSON = new JsonMapper();

  @ParameterizedTest
  @CsvSource({
    "DECIDED, errors, false, false",
    "DECIDED, (kept by hand), false, true", // a policy may have any name
    "KEPT_BY_HAND, (kept by hand), true, false",
    "KEPT_WHEN_DUE, (kept by hand), true, false",
    "KEPT_UNSEEN, '(kept by hand, not seen before)', true, false"
  })
  void aVerdictIsByHand_byItsKindAlone(
      VerdictKind kind, String policy, boolean byHand, boolean isNoted) throws Exception {
    TraceAnswer.Recorded recorded =
        TraceAnswer.Recorded.of(new Verdict(kind, true, policy, 1, 5_000, 3, 9), 60_000);

    assertThat(recorded.byHand()).isEqualTo(byHand);
    String json = JSON.writeValueAsString(recorded);
    assertThat(JSON.readValue(json, TraceAnswer.Recorded.class).byHand()).isEqualTo(byHand);
    assertThat(json.contains("givenByHand"))
        .as("earlier releases read no other answers")
        .isEqualTo(isNoted);
  }

  @Test
  void aVerdictBecauseOfALink_isOnRequestToo() throws Exception {
    Verdict linked = new Verdict(VerdictKind.LINKED, true, "(linked)", 1, 5_000, 3, 9);
    String json = JSON.writeValueAsString(TraceAnswer.Recorded.of(linked, 60_000));

    TraceAnswer.Recorded recorded = JSON.readValue(json, TraceAnswer.Recorded.class);
    assertThat(recorded.isLinked()).isTrue();
    assertThat(recorded.onRequest()).isTrue();
    assertThat(recorded.byHand()).isFalse();
  }
}
