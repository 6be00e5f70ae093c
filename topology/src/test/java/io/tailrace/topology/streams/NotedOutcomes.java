package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.policies.Decision;
import io.tailrace.policies.fingerprint.ValueHash;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RecordScan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Notes decisions and exports of a task. */
record NotedOutcomes(Notes notes, Consumer<Runnable> committing) implements Outcomes {
  /** Time from which decisions are counted. */
  static final long START = SamplerHarness.START;

  /** Decisions and exports of each trace, in an order of their own. */
  record Notes(
      Map<String, List<String>> exported,
      Map<String, List<String>> decided,
      Map<String, List<String>> turned) {
    Notes() {
      this(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    /** Returns the same without repetitions. */
    Notes distinct() {
      return new Notes(distinct(exported), distinct(decided), distinct(turned));
    }

    private static Map<String, List<String>> distinct(Map<String, List<String>> notes) {
      Map<String, List<String>> distinct = new TreeMap<>(notes);
      distinct.replaceAll((trace, all) -> all.stream().distinct().toList());
      return distinct;
    }
  }

  static void note(Map<String, List<String>> into, long trace, String what) {
    List<String> all = into.computeIfAbsent(Long.toString(trace), id -> new ArrayList<>());
    all.add(what);
    all.sort(Comparator.naturalOrder());
  }

  static long low(Span span) {
    return span.getTraceId().substring(8).asReadOnlyByteBuffer().getLong();
  }

  @Override
  public void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    assertThat(trace.spanCount).as("spans of %s", trace).isPositive();
    String policy = verdict.kept() ? verdict.policy() : "-";
    String fingerprint = ValueHash.hex(trace.fingerprint(0));
    committing.accept(
        () ->
            note(
                notes.decided,
                trace.low,
                verdict.decidedAt() - START + " " + policy + " " + fingerprint));
  }

  @Override
  public void kept(OpenTrace trace, List<byte[]> spans, Verdict verdict) {
    spans.forEach(bytes -> exported(bytes, verdict));
  }

  @Override
  public void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime) {
    if (verdict.kept()) {
      exported(scan.pieces.piece(scanned), verdict);
    }
  }

  private void exported(byte[] bytes, Verdict verdict) {
    for (Span span : Otlp.spans(bytes)) {
      committing.accept(
          () ->
              note(notes.exported, low(span), verdict.decidedAt() - START + " " + span.getName()));
    }
  }

  @Override
  public void reconsidered(
      OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict, Verdict former) {
    assertThat(former.kept()).isFalse();
    committing.accept(
        () ->
            note(
                notes.turned,
                trace.low,
                verdict.decidedAt() - START + " " + verdict.policy() + " " + version.number()));
  }

  @Override
  public void opened() {}

  @Override
  public void decidedEarly(EarlyReason reason, String group) {
    throw new AssertionError(reason);
  }
}
