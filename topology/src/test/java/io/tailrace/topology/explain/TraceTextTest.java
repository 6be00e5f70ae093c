package io.tailrace.topology.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.sampling.TraceAnswer;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TraceTextTest {
  @Test
  void printsWhatAKeptTraceRepresents() {
    assertThat(printed("e6666666666666", 10.0))
        .contains("kept because of rest")
        .contains("at 2026-11-29T00:00:00Z, represents 10.00 traces (th:e6666666666666);");
  }

  @Test
  void printsNoWeight_thatIsNotKnown() {
    assertThat(printed(null, null)).contains("at 2026-11-29T00:00:00Z; late spans");
  }

  @Test
  void saysThatALateSpanTurnedTheVerdict() {
    assertThat(printed(null, true, "0", 1.0))
        .contains("kept because of rest after a late span, not kept before, by policy version 7");
  }

  @Test
  void aLinkedTraceIsNoMatterOfPolicies() {
    assertThat(printed(true, null, null, null))
        .contains("kept because a kept trace links to it, regardless of policy version 7 at");
  }

  private static String printed(String threshold, Double adjustedCount) {
    return printed(null, null, threshold, adjustedCount);
  }

  private static String printed(
      Boolean linked, Boolean reconsidered, String threshold, Double adjustedCount) {
    TraceAnswer.Recorded recorded =
        new TraceAnswer.Recorded(
            true,
            "rest",
            7,
            "2026-11-29T00:00:00Z",
            "2026-11-29T00:10:00Z",
            null,
            linked,
            reconsidered,
            threshold,
            adjustedCount);
    StringWriter out = new StringWriter();
    new TraceText(new PrintWriter(out))
        .print(
            new TraceAnswer(
                "5b8aa5a2d2c872e8321cf37308d69df2",
                TraceAnswer.State.decided,
                "a:1",
                3,
                recorded,
                null,
                null,
                null,
                null));
    return out.toString();
  }
}
