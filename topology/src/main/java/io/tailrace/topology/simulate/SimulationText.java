package io.tailrace.topology.simulate;

import io.tailrace.topology.simulate.SimulationReport.ADay;
import io.tailrace.topology.simulate.SimulationReport.Difference;
import io.tailrace.topology.simulate.SimulationReport.Input;
import io.tailrace.topology.simulate.SimulationReport.PolicyResult;
import io.tailrace.topology.simulate.SimulationReport.Portion;
import io.tailrace.topology.simulate.SimulationReport.Result;
import io.tailrace.topology.simulate.SimulationReport.ServiceResult;
import io.tailrace.topology.simulate.SimulationReport.Side;
import io.tailrace.topology.text.PlainText;
import io.tailrace.topology.text.TextTable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Prints the report of a simulation as text. */
public final class SimulationText {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final int UNIT = 1024;
  private static final int MAX_SERVICES = 10;

  private static final int MOST_BURNS = 20;

  private final PrintWriter out;

  public SimulationText(PrintWriter out) {
    this.out = out;
  }

  public void print(SimulationReport report) {
    print(report.input(), report.result().total());
    print(report.result());
    Result other = report.comparedWith();
    if (other != null && report.difference() != null) {
      print(other);
      print(report.difference(), report.result().policies(), other.policies());
    }
  }

  private void print(Input input, Portion total) {
    out.printf(
        Locale.ROOT,
        "%,d spans in %,d traces, %s, over %s of log time (%s to %s)%n",
        total.spans(),
        total.traces(),
        size(total.bytes()),
        duration(Duration.between(input.from(), input.to())),
        input.from(),
        input.to());
    warn(input.unreadable(), "unreadable records, skipped");
    warn(input.skipped(), "records without spans, such as metrics or logs");
    warn(input.invalidSpans(), "spans without a valid trace id, skipped");
    warn(
        input.spansAhead(),
        "spans that end more than an hour after those around them, not counted as log time");
    warn(input.stillOpen(), "traces not decided yet at the end of the log, left out");
  }

  private void print(Result result) {
    out.printf("%n%s (decided %s)%n", result.policies(), waits(result));
    TextTable table = new TextTable();
    table.row("policy", "votes", "errors", "not asked", "traces", "spans", "bytes", "share");
    result.byPolicy().forEach(policy -> row(table, policy));
    result.bySubPolicy().forEach(policy -> row(table, policy));
    row(table, "= sampled", result.sampled());
    row(table, "= not sampled", result.notSampled());
    row(table, "= dropped", result.dropped());
    out.print(table);
    if (result.sampledADay() != null) {
      ADay day = result.sampledADay();
      out.printf(
          Locale.ROOT,
          "a day of this would keep %,d traces, %,d spans, %s%n",
          day.traces(),
          day.spans(),
          size(day.bytes()));
    }
    if (result.weights() != null) {
      out.printf(
          Locale.ROOT,
          "kept traces represent %,.0f ± %,.0f of %,.0f traces%n",
          result.weights().adjusted(),
          result.weights().standardError(),
          result.weights().decided());
    }
    if (result.byKey() != null) {
      result.byKey().forEach(this::print);
    }
    if (result.burns() != null) {
      printBurns(result.burns());
    }
    print(result.byService());
    warn(result.lateSpans(), "late spans, after the verdict of their trace");
    warn(result.reconsidered(), "traces kept because of a late span, not kept until then");
    result
        .decidedEarly()
        .forEach((bound, traces) -> warn(traces, "traces decided early, because of " + bound));
    if (result.warnings() != null) {
      result.warnings().forEach(warning -> out.println("warning: " + PlainText.line(warning)));
    }
    if (result.notes() != null) {
      result.notes().forEach(note -> out.println("note: " + PlainText.line(note)));
    }
  }

  private void printBurns(List<BurnReport> burns) {
    TextTable table = new TextTable();
    table.row("burning key", "of", "from", "until", "highest rate");
    for (BurnReport burn : burns.subList(0, Math.min(MOST_BURNS, burns.size()))) {
      table.row(
          PlainText.line(burn.key()),
          burn.policy(),
          burn.from(),
          burn.until() == null ? "the end" : burn.until(),
          String.format(Locale.ROOT, "%.3g", burn.rate()));
    }
    out.print(table);
    if (burns.size() > MOST_BURNS) {
      out.println("and %d more".formatted(burns.size() - MOST_BURNS));
    }
  }

  private void print(KeysReport keys) {
    TextTable table = new TextTable();
    table.row(
        "key of " + keys.policy(), "traces", "spans", "kept spans", "probability", "represented");
    for (KeysReport.Row key : keys.top()) {
      row(table, PlainText.line(Objects.requireNonNull(key.key(), "key")), key);
    }
    if (keys.rest() != null) {
      row(table, "(%s others)".formatted(count(keys.keys() - keys.top().size())), keys.rest());
    }
    out.print(table);
  }

  private static void row(TextTable table, String title, KeysReport.Row row) {
    table.row(
        title,
        count(row.traces()),
        count(row.spans()),
        count(row.keptSpans()),
        row.probability() == null ? "" : String.format(Locale.ROOT, "%.4f", row.probability()),
        String.format(Locale.ROOT, "%,.0f", row.adjustedCount()));
  }

  private void print(List<ServiceResult> services) {
    TextTable table = new TextTable();
    table.row("service", "traces", "kept", "kept spans", "kept bytes", "share");
    for (ServiceResult service : services.subList(0, Math.min(MAX_SERVICES, services.size()))) {
      Portion kept = service.sampled();
      table.row(
          service.service(),
          count(service.total().traces()),
          count(kept.traces()),
          count(kept.spans()),
          size(kept.bytes()),
          percent(kept.share().traces()));
    }
    out.print(table);
    warn(services.size() - MAX_SERVICES, "services with less, not shown");
  }

  private static String waits(Result result) {
    String first = duration(Duration.ofMillis(result.decisionWaitMs())) + " after the first span";
    Long afterRoot = result.decisionWaitAfterRootMs();
    return afterRoot == null
        ? first
        : first + ", or " + duration(Duration.ofMillis(afterRoot)) + " after the root span";
  }

  /** Counts the votes for keeping, or for dropping in case of a dropping policy. */
  private static void row(TextTable table, PolicyResult policy) {
    Portion credited = policy.credited();
    table.row(
        policy.policy(),
        count(votes(policy, "sampled") + votes(policy, "dropped")),
        count(votes(policy, "error")),
        count(votes(policy, "not_evaluated")),
        count(credited.traces()),
        count(credited.spans()),
        size(credited.bytes()),
        percent(credited.share().traces()));
  }

  private static long votes(PolicyResult policy, String vote) {
    return policy.votes().getOrDefault(vote, 0L);
  }

  private static void row(TextTable table, String title, Portion portion) {
    table.row(
        title,
        "",
        "",
        "",
        count(portion.traces()),
        count(portion.spans()),
        size(portion.bytes()),
        percent(portion.share().traces()));
  }

  private void print(Difference difference, String here, String there) {
    out.println();
    TextTable table = new TextTable();
    table.row("kept by", "traces", "spans", "bytes", "share");
    row(table, difference.keptByBoth(), "both");
    row(table, difference.onlyHere().kept(), "only " + here);
    row(table, difference.onlyCompared().kept(), "only " + there);
    out.print(table);
    examples(here, difference.onlyHere());
    examples(there, difference.onlyCompared());
  }

  private static void row(TextTable table, Portion portion, String title) {
    table.row(
        title,
        count(portion.traces()),
        count(portion.spans()),
        size(portion.bytes()),
        percent(portion.share().traces()));
  }

  private void examples(String file, Side side) {
    if (!side.exampleTraceIds().isEmpty()) {
      out.println("only " + file + ", such as");
      side.exampleTraceIds().forEach(id -> out.println("  " + id));
    }
  }

  private void warn(long count, String what) {
    if (count > 0) {
      out.printf(Locale.ROOT, "%s: %,d%n", what, count);
    }
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", share * 100);
  }

  private static String size(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= UNIT && unit < UNITS.length - 1) {
      size /= UNIT;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
  }

  private static String duration(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
