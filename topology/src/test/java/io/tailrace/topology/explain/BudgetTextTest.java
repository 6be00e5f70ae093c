package io.tailrace.topology.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.sampling.TraceAnswer;
import io.tailrace.topology.sampling.TraceAnswer.Budget;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BudgetTextTest {
  @Test
  void printsKeysAndThresholds() {
    List<Budget> budgets =
        List.of(
            new Budget("budget", "shop•/pay\u001b[2J", 12.5, .25, null, null, null),
            new Budget("share", "new", 0., 1., null, null, null),
            new Budget("limit", null, null, null, "c", null, null),
            new Budget("idle", null, null, null, null, null, null),
            new Budget("burn", "shop", null, null, null, 20.5, "2026-11-29T10:00:00Z"),
            new Budget("all", null, null, null, null, .25, null));
    TraceAnswer.Judged judged =
        new TraceAnswer.Judged(
            "sampled", "budget", 7, null, Map.of("budget", "sampled"), "c", 4., budgets, null);
    TraceAnswer.Facts facts = new TraceAnswer.Facts(1, 10, 5, "/pay", "shop", 0);
    StringWriter out = new StringWriter();

    new TraceText(new PrintWriter(out))
        .print(
            new TraceAnswer(
                "5b8aa5a2d2c872e8321cf37308d69df2",
                TraceAnswer.State.open,
                "a:1",
                3,
                null,
                new TraceAnswer.Open(facts, "2026-11-29T00:00:00Z", "x", "x", judged),
                null,
                null,
                null));

    assertThat(out.toString().lines().skip(6))
        .containsExactly(
            "budget: key shop•/pay [2J, 12.50 spans/s in its partition, kept with probability"
                + " 0.2500",
            "share: key new, no rate of its own in its partition, kept with probability 1.000",
            "limit: threshold of the last slot th:c",
            "burn: key shop burning since 2026-11-29T10:00:00Z, burn rate 20.5 in its partition",
            "all: all traces not burning, burn rate 0.250 in its partition");
  }
}
