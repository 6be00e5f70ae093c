package io.tailrace.topology.simulate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.tailrace.policies.Decision;
import io.tailrace.policies.policy.Vote;
import io.tailrace.topology.sampling.Representation;
import io.tailrace.topology.sampling.Waits;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Result of a simulation in JSON.
 *
 * @param result result of the simulated set
 * @param comparedWith result of the other set; null if there is none
 * @param difference difference between the two; null if there is no other set
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SimulationReport(
    Input input, Result result, @Nullable Result comparedWith, @Nullable Difference difference) {

  /**
   * Input of a simulation.
   *
   * @param records with spans
   * @param unreadable records that are not OTLP
   * @param skipped records without spans, such as those of metrics or logs
   * @param invalidSpans spans without a valid trace id
   * @param spansAhead spans that end more than an hour after their neighbours and do not count as
   *     log time
   * @param stillOpen traces excluded because they are undecided at the end of the log
   * @param from log time of the first record
   * @param to log time of the last record
   */
  record Input(
      long records,
      long unreadable,
      long skipped,
      long invalidSpans,
      long spansAhead,
      long stillOpen,
      @JsonSerialize(using = ToStringSerializer.class) Instant from,
      @JsonSerialize(using = ToStringSerializer.class) Instant to) {}

  /**
   * Result of one policy set.
   *
   * @param policies file or requested policies
   * @param decisionWaitAfterRootMs null if the root span changes nothing
   * @param total all judged traces
   * @param bySubPolicy sub-policies of composite policies; included in the figures of these
   * @param byService by service of the root span, largest first; excludes late spans
   * @param sampledADay amount kept in a day of such traffic; null if the input covers less than a
   *     minute
   * @param weights traces represented by all sampled traces; null if none has a known probability
   * @param lateSpans spans after the verdict of their trace; included in the other figures
   * @param reconsidered traces kept because of a late span; they count as sampled
   * @param decidedEarly traces decided by a bound, by bound
   * @param byKey keys of policies that learn; null if there are none
   * @param burns when keys burned their error budget, by policy; null if none did
   * @param warnings doubts about keys and budgets; null if there are none
   * @param notes what the policies do beside these figures, such as redaction; null if nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Result(
      String policies,
      long decisionWaitMs,
      @Nullable Long decisionWaitAfterRootMs,
      Portion total,
      Portion sampled,
      Portion notSampled,
      Portion dropped,
      List<PolicyResult> byPolicy,
      List<PolicyResult> bySubPolicy,
      List<ServiceResult> byService,
      @Nullable ADay sampledADay,
      @Nullable Weights weights,
      long lateSpans,
      long reconsidered,
      Map<String, Long> decidedEarly,
      @Nullable List<KeysReport> byKey,
      @Nullable List<BurnReport> burns,
      @Nullable List<String> warnings,
      @Nullable List<String> notes) {

    static Result of(
        SimulatedPolicies policies, SimulationTally tally, KeyTallies keys, Duration stretch) {
      Waits waits = policies.waits();
      List<String> notes = policies.notes();
      Amount sampled = tally.of(Decision.Outcome.SAMPLED);
      Amount notSampled = tally.of(Decision.Outcome.NOT_SAMPLED);
      Amount dropped = tally.of(Decision.Outcome.DROPPED);
      Whole whole =
          new Whole(
              sampled.traces() + notSampled.traces() + dropped.traces(),
              sampled.spans() + notSampled.spans() + dropped.spans(),
              sampled.bytes() + notSampled.bytes() + dropped.bytes());
      Map<String, Long> early = new LinkedHashMap<>();
      tally.early().forEach((reason, traces) -> early.put(reason.tag(), traces));
      return new Result(
          policies.label(),
          waits.decisionWait(),
          waits.rootShortens() ? waits.afterRoot() : null,
          whole.all(),
          whole.portion(sampled),
          whole.portion(notSampled),
          whole.portion(dropped),
          PolicyResult.of(tally.policies(), whole),
          PolicyResult.of(tally.subPolicies(), whole),
          ServiceResult.of(tally, whole),
          ADay.of(sampled, stretch),
          Weights.of(tally.truth()),
          tally.lateSpans(),
          tally.reconsidered(),
          early,
          keys.reports(),
          keys.burnReports(),
          keys.warnings(),
          notes.isEmpty() ? null : notes);
    }
  }

  /**
   * Result of one policy.
   *
   * @param votes by vote
   * @param credited amount kept or dropped because of this policy, the first with this vote
   * @param weights traces represented by its sampled ones; null if it has no known probability
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record PolicyResult(
      String policy, Map<String, Long> votes, Portion credited, @Nullable Weights weights) {
    private static List<PolicyResult> of(List<SimulationTally.PolicyTally> policies, Whole whole) {
      return policies.stream()
          .map(
              p ->
                  new PolicyResult(
                      p.name(), votes(p), whole.portion(p.credited()), Weights.of(p.truth())))
          .toList();
    }

    private static Map<String, Long> votes(SimulationTally.PolicyTally policy) {
      Map<String, Long> votes = new LinkedHashMap<>();
      for (Vote vote : Vote.values()) {
        votes.put(vote.name().toLowerCase(Locale.ROOT), policy.votes(vote));
      }
      return votes;
    }
  }

  /**
   * Result for the traces of one service.
   *
   * @param service service of the root span
   */
  record ServiceResult(String service, Portion total, Portion sampled) {
    private static List<ServiceResult> of(SimulationTally tally, Whole whole) {
      return tally.services().entrySet().stream()
          .map(
              service ->
                  new ServiceResult(
                      service.getKey(),
                      whole.portion(service.getValue().total()),
                      whole.portion(service.getValue().sampled())))
          .sorted(
              Comparator.comparing((ServiceResult service) -> service.total.bytes)
                  .reversed()
                  .thenComparing(ServiceResult::service))
          .toList();
    }
  }

  /**
   * Traces represented by the sampled ones.
   *
   * @param decided traces that could be sampled with a known probability
   * @param adjusted sum of the adjusted counts of the sampled ones, an estimate of {@code decided}
   * @param standardError standard error of that estimate
   */
  record Weights(double decided, double adjusted, double standardError) {
    private static @Nullable Weights of(Representation truth) {
      return truth.traces() == 0
          ? null
          : new Weights(truth.traces(), truth.adjusted(), Math.sqrt(truth.variance()));
    }
  }

  /** An amount scaled to a day. */
  record ADay(long traces, long spans, long bytes) {
    private static final Duration TELLING = Duration.ofMinutes(1);

    private static @Nullable ADay of(Amount amount, Duration stretch) {
      if (stretch.compareTo(TELLING) < 0) {
        return null;
      }
      double times = (double) Duration.ofDays(1).toMillis() / stretch.toMillis();
      return new ADay(
          Math.round(amount.traces() * times),
          Math.round(amount.spans() * times),
          Math.round(amount.bytes() * times));
    }
  }

  /**
   * Part of all judged traces.
   *
   * @param share share of the whole, from 0 to 1
   */
  record Portion(long traces, long spans, long bytes, Share share) {}

  /** Part as fractions from 0 to 1; 0 if the whole is empty. */
  record Share(double traces, double spans, double bytes) {}

  /** Amounts at the verdicts, without late spans. */
  record Difference(Portion keptByBoth, Side onlyHere, Side onlyCompared) {
    static Difference of(SimulationComparison comparison, Result result) {
      Portion total = result.total();
      Whole whole = new Whole(total.traces(), total.spans(), total.bytes());
      return new Difference(
          whole.portion(comparison.both()),
          Side.of(comparison.onlyFirst(), whole),
          Side.of(comparison.onlySecond(), whole));
    }
  }

  /** Amount kept by only one of two sets. */
  record Side(Portion kept, List<String> exampleTraceIds) {
    private static Side of(SimulationComparison.OneSided side, Whole whole) {
      return new Side(whole.portion(side.amount()), side.examples());
    }
  }

  private record Whole(long traces, long spans, long bytes) {
    Portion all() {
      return portion(traces, spans, bytes);
    }

    Portion portion(Amount amount) {
      return portion(amount.traces(), amount.spans(), amount.bytes());
    }

    private Portion portion(long someTraces, long someSpans, long someBytes) {
      Share share =
          new Share(
              fraction(someTraces, traces), fraction(someSpans, spans), fraction(someBytes, bytes));
      return new Portion(someTraces, someSpans, someBytes, share);
    }

    private static double fraction(long part, long of) {
      return of == 0 ? 0 : (double) part / of;
    }
  }
}
