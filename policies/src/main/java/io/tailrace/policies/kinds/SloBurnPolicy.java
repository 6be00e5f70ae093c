package io.tailrace.policies.kinds;

import io.tailrace.policies.budget.Thresholds;
import io.tailrace.policies.fingerprint.KeyedTrace;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Votes;
import io.tailrace.policies.policy.Words;
import io.tailrace.policies.slo.BurnRates;
import io.tailrace.policies.slo.BurnRules;
import io.tailrace.policies.slo.BurnWatch;
import java.util.List;

/**
 * Samples a percentage of the traces of keys that burn. Counts all traces, whatever becomes of
 * them. A trace for which {@code condition} fails does not count.
 *
 * @param condition policy that samples the bad traces, or the good ones
 * @param tellsBad whether it samples the bad ones
 * @param selectors what makes up the key; empty if all traces have the same
 * @param fingerprint index of the fingerprint among the signals, or -1
 * @param percentage percentage to sample, above 0
 * @param stateKey state key of the counts. Does not depend on what is done with them
 */
record SloBurnPolicy(
    BurnRules rules,
    Policy condition,
    boolean tellsBad,
    List<String> selectors,
    int fingerprint,
    double percentage,
    String stateKey)
    implements Policy {
  @Override
  public Voter voter(Budgets budgets) {
    return budgets.voter(() -> withState(budgets));
  }

  private Voter withState(Budgets budgets) {
    BurnRates rates = budgets.burnRates(stateKey, rules);
    budgets.show(rates, fingerprint);
    Voter voter = condition.voter(budgets);
    budgets.addCounter(
        (trace, logTimeMillis) -> {
          long vote = voter.vote(trace, logTimeMillis);
          if (Votes.isThreshold(vote)) {
            boolean isBad = (vote == Votes.ALWAYS) == tellsBad;
            rates.count(key(trace), isBad, logTimeMillis);
          }
        });
    long threshold = Thresholds.of(percentage / 100);
    return (trace, logTimeMillis) ->
        rates.isKept(key(trace), logTimeMillis) ? threshold : Votes.NEVER;
  }

  private long key(KeyedTrace trace) {
    return fingerprint < 0 ? BurnWatch.ALL : trace.fingerprint(fingerprint);
  }

  @Override
  public int fingerprintIndex() {
    return fingerprint;
  }

  @Override
  public String description() {
    return "%s%s an error budget of %s %%; a trace is %s if %s"
        .formatted(
            percentage < 100
                ? "it is among "
                    + Words.number(percentage)
                    + " % of traces, chosen by trace id, while "
                : "",
            selectors.isEmpty()
                ? "all traces together burn"
                : "traces of its key (" + String.join(", ", selectors) + ") burn",
            Words.number(errorPercentage()),
            tellsBad ? "bad" : "good",
            condition.description());
  }

  private double errorPercentage() {
    return Math.round(rules.errorBudget() * 1e8) / 1e6;
  }
}
