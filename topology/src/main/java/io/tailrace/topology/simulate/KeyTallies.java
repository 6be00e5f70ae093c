package io.tailrace.topology.simulate;

import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.fingerprint.Fingerprint;
import io.tailrace.policies.fingerprint.ValueNames;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.meters.BurnState;
import io.tailrace.topology.sampling.BudgetState;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.PolicyVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts the traces of policies with keys by their keys, over all partitions. Not thread-safe. */
final class KeyTallies implements SimulationTally.Listener {
  private final Map<String, KeyTally> tallies = new LinkedHashMap<>();
  private ValueNames names = ValueNames.bounded();
  private List<BudgetState> budgets = List.of();

  /** Stretches in which keys burned, by policy. */
  private final Map<String, List<BurnState.Key>> burns = new LinkedHashMap<>();

  private long traces;
  private long spans;

  /**
   * Begins a partition.
   *
   * @param ofPartition texts of the values in its traces
   */
  void begin(ValueNames ofPartition) {
    names = ofPartition;
  }

  /** Sets the budgets of a partition. */
  void budgets(List<BudgetState> ofPartition) {
    budgets = ofPartition;
  }

  /** Adds the burns of a partition. */
  void burns(List<BurnState> ofPartition) {
    for (BurnState state : ofPartition) {
      List<BurnState.Key> before = burns.getOrDefault(state.policy(), List.of());
      Stream<BurnState.Key> more = Stream.concat(state.burning().stream(), state.ended().stream());
      burns.put(state.policy(), BurnState.joined(Stream.concat(before.stream(), more)));
    }
  }

  @Override
  public void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    traces++;
    spans += trace.spanCount;
    PolicySet set = version.set();
    List<Fingerprint> fingerprints = set.signals().fingerprints().all();
    for (int policy = 0; !fingerprints.isEmpty() && policy < set.policyNames().size(); policy++) {
      int index = set.fingerprint(policy);
      if (index >= 0) {
        tallies
            .computeIfAbsent(set.policyNames().get(policy), KeyTally::new)
            .add(trace, index, fingerprints.get(index), decision, policy, names);
      }
    }
  }

  /** Returns the keys of each policy that has some; null if none has. */
  @Nullable List<KeysReport> reports() {
    List<KeysReport> reports =
        tallies.values().stream().filter(tally -> !tally.isEmpty()).map(KeysReport::of).toList();
    return reports.isEmpty() ? null : reports;
  }

  /** Returns when keys burned, by policy and time; null if none did. */
  @Nullable List<BurnReport> burnReports() {
    List<BurnReport> reports = new ArrayList<>();
    burns.forEach((policy, keys) -> keys.forEach(key -> reports.add(BurnReport.of(policy, key))));
    return reports.isEmpty() ? null : reports;
  }

  /** Returns warnings about keys and budgets; null if there are none. */
  @Nullable List<String> warnings() {
    double spansPerTrace = traces == 0 ? 0 : (double) spans / traces;
    List<String> warnings =
        KeysReport.warnings(List.copyOf(tallies.values()), budgets, spansPerTrace);
    return warnings.isEmpty() ? null : warnings;
  }
}
