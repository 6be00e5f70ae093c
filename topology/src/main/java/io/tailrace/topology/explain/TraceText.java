package io.tailrace.topology.explain;

import io.tailrace.topology.sampling.TraceAnswer;
import io.tailrace.topology.sampling.TraceAnswer.Budget;
import io.tailrace.topology.sampling.TraceAnswer.Facts;
import io.tailrace.topology.sampling.TraceAnswer.Judged;
import io.tailrace.topology.sampling.TraceAnswer.Open;
import io.tailrace.topology.sampling.TraceAnswer.Recorded;
import io.tailrace.topology.text.PlainText;
import io.tailrace.topology.text.TextTable;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats the answer about a trace. */
public final class TraceText {
  private final PrintWriter out;

  public TraceText(PrintWriter out) {
    this.out = out;
  }

  public void print(TraceAnswer answer) {
    String where =
        answer.instance() == null
            ? "in the log, partition " + answer.partition()
            : "at %s, partition %d".formatted(answer.instance(), answer.partition());
    switch (answer.state()) {
      case unknown -> out.println("trace " + answer.traceId() + ": not known");
      case open -> {
        out.printf("trace %s: open, %s%n", answer.traceId(), where);
        if (answer.open() != null) {
          print(answer.open());
        }
      }
      case decided -> {
        out.printf("trace %s: decided, %s%n", answer.traceId(), where);
        if (answer.recorded() != null) {
          print(answer.recorded());
        }
        rejudged(answer);
      }
      default -> throw new AssertionError(answer.state());
    }
  }

  private void print(Recorded recorded) {
    out.printf(
        "recorded: %s%s %d at %s%s; late spans follow it until %s%n",
        recorded.kept() ? "kept" : "not kept",
        recorded.onRequest()
            ? (recorded.isLinked() ? " because a kept trace links to it" : " on request")
                + ", regardless of policy version"
            : because(recorded.policy())
                + (recorded.isReconsidered() ? " after a late span, not kept before" : "")
                + ", by policy version",
        recorded.policyVersion(),
        recorded.decidedAt(),
        weight(recorded.threshold(), recorded.adjustedCount()),
        recorded.followedUntil());
  }

  private void rejudged(TraceAnswer answer) {
    Judged judged = answer.rejudged();
    if (judged == null) {
      out.println("no votes: the spans are not in the log, or not due there");
      return;
    }
    out.printf(
        "evaluated again from the log: %s%s, by policy version %d at %s%s%s%n",
        judged.decision(),
        because(judged.policy()),
        judged.policyVersion(),
        judged.decidedAt(),
        weight(judged.threshold(), judged.adjustedCount()),
        answer.agrees() == null
            ? ""
            : answer.agrees() ? "; agrees with the record" : "; DIFFERS FROM THE RECORD");
    if (judged.facts() != null) {
      print(judged.facts());
    }
    votes(judged);
  }

  private void print(Open open) {
    out.printf(
        "first seen %s, due %s unless its root span comes before; log time is %s%n",
        open.firstSeen(), open.due(), open.now());
    print(open.facts());
    Judged now = open.ifDecidedNow();
    out.printf(
        "if decided now: %s%s, by policy version %d%s%n",
        now.decision(),
        because(now.policy()),
        now.policyVersion(),
        weight(now.threshold(), now.adjustedCount()));
    votes(now);
  }

  private void print(Facts facts) {
    out.printf(
        Locale.ROOT,
        "%,d spans, %,d bytes, %,d ms, %d with an error, %s%n",
        facts.spans(),
        facts.bytes(),
        facts.durationMs(),
        facts.errors(),
        facts.root() == null
            ? "no root span"
            : "root %s%s"
                .formatted(facts.root(), facts.service() == null ? "" : " of " + facts.service()));
  }

  private void votes(Judged judged) {
    TextTable table = new TextTable();
    table.row("policy", "vote");
    judged.votes().forEach((policy, vote) -> table.row(policy, vote));
    out.print(table);
    if (judged.budgets() != null) {
      judged.budgets().forEach(this::print);
    }
  }

  private void print(Budget budget) {
    Double rate = budget.spansPerSecond();
    if (budget.burnRate() != null) {
      out.printf(
          Locale.ROOT,
          "%s: %s %s, burn rate %.3g in its partition%n",
          budget.policy(),
          budget.key() == null ? "all traces" : "key " + PlainText.line(budget.key()),
          budget.burningSince() == null ? "not burning" : "burning since " + budget.burningSince(),
          budget.burnRate());
    } else if (budget.key() != null) {
      out.printf(
          Locale.ROOT,
          "%s: key %s, %s in its partition, kept with probability %.4g%n",
          budget.policy(),
          PlainText.line(budget.key()),
          rate != null && rate > 0
              ? String.format(Locale.ROOT, "%.4g spans/s", rate)
              : "no rate of its own",
          budget.probability());
    } else if (budget.slotThreshold() != null) {
      out.printf("%s: threshold of the last slot th:%s%n", budget.policy(), budget.slotThreshold());
    }
  }

  private static String weight(@Nullable String threshold, @Nullable Double adjustedCount) {
    return threshold == null
        ? ""
        : String.format(Locale.ROOT, ", represents %.4g traces (th:%s)", adjustedCount, threshold);
  }

  private static String because(@Nullable String policy) {
    return policy == null ? "" : " because of " + policy;
  }
}
