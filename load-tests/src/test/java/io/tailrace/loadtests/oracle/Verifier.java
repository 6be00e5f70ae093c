package io.tailrace.loadtests.oracle;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares an export with what it must be, by the content of every span. */
public final class Verifier {
  private static final String MISSING = "is missing";
  private static final String LACKS = "lacks";

  private final Expectation expectation;
  private final Guarantee guarantee;
  private final List<String> differences = new ArrayList<>();

  public Verifier(Expectation expectation, Guarantee guarantee) {
    this.expectation = expectation;
    this.guarantee = guarantee;
  }

  /** All that is wrong, each with its trace id; empty if nothing is. */
  public List<String> differences(Collection<ExportedRecord> export) {
    Map<String, List<ExportedRecord>> byTrace = new TreeMap<>();
    export.forEach(
        record -> byTrace.computeIfAbsent(record.key(), id -> new ArrayList<>()).add(record));
    byTrace.keySet().stream()
        .filter(id -> !expectation.traces().containsKey(id))
        .forEach(id -> differ(id, "is foreign: it was never written"));
    expectation
        .traces()
        .forEach((id, trace) -> compare(id, trace, byTrace.getOrDefault(id, List.of())));
    return differences;
  }

  /** Whether no span of a trace that must be kept is missing. */
  public boolean isComplete(Collection<ExportedRecord> export) {
    return new Verifier(expectation, guarantee)
        .differences(export).stream()
            .noneMatch(difference -> difference.contains(MISSING) || difference.contains(LACKS));
  }

  private void compare(String id, ExpectedTrace expected, List<ExportedRecord> came) {
    if (came.isEmpty()) {
      if (expected.mustBeKept()) {
        differ(id, MISSING + " (expected: %s)".formatted(expected.outcomes()));
      }
      return;
    }
    if (!expected.mayBeKept()) {
      differ(id, "was kept by %s (expected: not kept)".formatted(came.get(0).policy()));
      return;
    }
    compareVerdicts(id, expected, came);
    compareSpans(id, expected, came);
  }

  private void compareVerdicts(String id, ExpectedTrace expected, List<ExportedRecord> came) {
    Set<Outcome> verdicts = new HashSet<>();
    Set<String> times = new HashSet<>();
    for (ExportedRecord record : came) {
      verdicts.add(new Outcome(true, record.policy(), record.policyVersion(), record.threshold()));
      times.add(record.decidedAt());
    }
    if (verdicts.size() > 1 || times.size() > 1) {
      differ(id, "has more than one verdict: %s at %s".formatted(verdicts, times));
    } else if (!verdicts.stream().allMatch(expected::allows)) {
      differ(id, "has verdict %s (expected: %s)".formatted(verdicts, expected.outcomes()));
    } else if (expected.decidedAt().isPresent()) {
      String due = Long.toString(expected.decidedAt().getAsLong());
      if (!times.contains(due)) {
        differ(id, "was decided at %s (expected: at %s)".formatted(times, due));
      }
    }
  }

  private void compareSpans(String id, ExpectedTrace expected, List<ExportedRecord> came) {
    Map<Content, Integer> missing = new HashMap<>();
    String threshold = came.get(0).threshold(); // compared as part of the verdict
    expected.spans().forEach(span -> missing.merge(span.stamped(threshold), 1, Integer::sum));
    Map<Content, Integer> surplus = new HashMap<>();
    for (ExportedRecord record : came) {
      for (Content span : spans(id, record)) {
        Integer wanted = missing.get(span);
        if (wanted == null) {
          surplus.merge(span, 1, Integer::sum);
        } else if (wanted == 1) {
          missing.remove(span);
        } else {
          missing.put(span, wanted - 1);
        }
      }
    }
    missing.forEach(
        (span, times) -> differ(id, LACKS + " span %s, %d times".formatted(span.spanId(), times)));
    surplus.forEach((span, times) -> compareSurplus(id, expected, threshold, span, times));
  }

  private void compareSurplus(
      String id, ExpectedTrace expected, String threshold, Content span, int times) {
    if (expected.spans().stream().noneMatch(own -> own.stamped(threshold).equals(span))) {
      differ(id, "has span %s of other content, or of elsewhere".formatted(span.spanId()));
    } else if (guarantee == Guarantee.EXACTLY_ONCE) {
      differ(id, "has span %s %d times too often".formatted(span.spanId(), times));
    }
  }

  private List<Content> spans(String id, ExportedRecord record) {
    try {
      return Content.of(record.value());
    } catch (InvalidProtocolBufferException e) {
      differ(id, "has a record that cannot be read: " + e.getMessage());
      return List.of();
    }
  }

  private void differ(String id, String how) {
    differences.add("trace " + id + " " + how);
  }
}
