package io.tailrace.topology.keep;

import io.tailrace.serdes.TraceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A requested trace and the answers so far. Not thread-safe. */
public final class AskedTrace {
  /** Outcomes in order of priority. An answer with higher priority replaces others. */
  private static final List<KeepOutcome> MOST_TELLING_FIRST =
      List.of(
          KeepOutcome.EXPORTED,
          KeepOutcome.KEPT_WHEN_DUE,
          KeepOutcome.IN_PROGRESS,
          KeepOutcome.ALREADY_KEPT,
          KeepOutcome.GONE,
          KeepOutcome.UNKNOWN,
          KeepOutcome.WRONG_PARTITION,
          KeepOutcome.MALFORMED);

  private final TraceId id;
  private final Set<KeepClient.Request> unanswered = new HashSet<>();
  private final List<KeepResult> answers = new ArrayList<>();

  public AskedTrace(TraceId id) {
    this.id = id;
  }

  public TraceId id() {
    return id;
  }

  /** Records requests and discards earlier answers. */
  public void asked(Collection<KeepClient.Request> requests) {
    answers.clear();
    unanswered.clear();
    unanswered.addAll(requests);
  }

  /** Processes an answer if it belongs to this trace. */
  public void take(KeepResult result) {
    if (unanswered.remove(new KeepClient.Request(result.partition(), result.offset()))) {
      answers.add(result);
    }
  }

  public boolean isAnswered() {
    return unanswered.isEmpty();
  }

  public KeepOutcome outcome() {
    return answers.stream()
        .map(result -> KeepOutcome.valueOf(result.outcome().toUpperCase(Locale.ROOT)))
        .min(Comparator.comparingInt(MOST_TELLING_FIRST::indexOf))
        .orElse(KeepOutcome.UNKNOWN);
  }

  public boolean isKept() {
    return isAnswered()
        && MOST_TELLING_FIRST.indexOf(outcome())
            <= MOST_TELLING_FIRST.indexOf(KeepOutcome.ALREADY_KEPT);
  }

  /** Formats the result as one line. */
  public String told() {
    return id + ": " + (isAnswered() ? told(outcome()) : toldOfSilence());
  }

  private String told(KeepOutcome outcome) {
    long spans = answers.stream().mapToLong(KeepResult::spans).sum();
    return switch (outcome) {
      case EXPORTED -> "exported " + spans + " spans" + toldIfCut() + ", late ones follow";
      case KEPT_WHEN_DUE -> "open, kept when due";
      case IN_PROGRESS -> "being read back by an earlier request";
      case ALREADY_KEPT -> "already kept";
      case GONE -> "dropped, and the log no longer has its spans";
      case UNKNOWN -> "unknown: in no verdict, and not in the log";
      case WRONG_PARTITION ->
          "asked on the wrong partition (expected: the fleet's ingest.mode here)";
      case MALFORMED -> "no trace id";
    };
  }

  private String toldIfCut() {
    boolean isCut = answers.stream().anyMatch(result -> Boolean.TRUE.equals(result.cut()));
    return isCut ? " (the log no longer has the first ones)" : "";
  }

  private String toldOfSilence() {
    Set<Integer> silent =
        unanswered.stream()
            .map(KeepClient.Request::partition)
            .collect(Collectors.toCollection(TreeSet::new));
    return "no answer yet of partition " + silent + "; the request stays";
  }
}
