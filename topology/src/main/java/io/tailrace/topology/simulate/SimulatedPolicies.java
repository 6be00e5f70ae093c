package io.tailrace.topology.simulate;

import io.tailrace.policies.PolicySet;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.fleet.PolicyFile;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.WaitRules;
import io.tailrace.topology.sampling.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Policies to simulate on the fleet's log.
 *
 * @param label display name
 * @param schedule schedule of the versions
 */
public record SimulatedPolicies(String label, PolicySchedule schedule) {
  /** The document currently in force, for the whole time. */
  static final String CURRENT = "current";

  /** The documents in force at each time. */
  static final String AS_WAS = "as-was";

  /**
   * Resolves the value of an option: {@link #CURRENT}, {@link #AS_WAS} or a file.
   *
   * @throws ParameterException if the fleet would refuse the file
   */
  public static SimulatedPolicies of(
      String option, String value, FleetView fleet, CommandSpec spec) {
    return switch (value) {
      case CURRENT -> current(fleet);
      case AS_WAS -> new SimulatedPolicies("as they were", fleet.schedule());
      default -> {
        PolicyFile file = PolicyFile.read(Path.of(value), spec);
        Waits waits = fleet.rules().of(file.set());
        List<String> faults = fleet.rules().faults(waits);
        if (!faults.isEmpty()) {
          throw new ParameterException(
              spec.commandLine(), option + ": " + value + ": " + String.join("; ", faults));
        }
        yield of(value, file.set(), fleet);
      }
    };
  }

  /**
   * Reads a file for recordings without a fleet.
   *
   * @param decisionWait wait if the file sets none
   */
  static SimulatedPolicies ofAFile(PolicyFile file, Duration decisionWait) {
    Duration retention = Settings.VERDICT_RETENTION.absent();
    Waits configured = new Waits(decisionWait.toMillis(), Waits.NEVER);
    Waits waits = new WaitRules(configured, retention, Optional.empty()).of(file.set());
    return new SimulatedPolicies(
        file.path().toString(), new PolicySchedule(PolicyVersion.ofAFile(file.set(), waits)));
  }

  /** Returns the document currently in force. */
  public static SimulatedPolicies current(FleetView fleet) {
    PolicyVersion latest = fleet.schedule().latest();
    return new SimulatedPolicies(
        "current, version " + latest.number(),
        new PolicySchedule(
            new PolicyVersion(latest.number(), Long.MIN_VALUE, latest.set(), latest.waits())));
  }

  /** Returns a document that is valid for the fleet but not part of it. */
  public static SimulatedPolicies of(String label, PolicySet set, FleetView fleet) {
    return new SimulatedPolicies(
        label, new PolicySchedule(PolicyVersion.ofAFile(set, fleet.rules().of(set))));
  }

  /** Says what the latest version does beside what a simulation counts. */
  List<String> notes() {
    PolicySet set = schedule.latest().set();
    List<String> notes = new ArrayList<>(set.exportRules().summary());
    if (!set.exportRules().filters().isEmpty()) {
      notes.add("Spans that are left out count in the figures above.");
    }
    if (set.followsLinks()) {
      notes.add(
          "Traces that a kept trace links to are kept, too. They count as not kept above, as a"
              + " simulation does not follow links.");
    }
    return notes;
  }

  Waits waits() {
    return schedule.latest().waits();
  }
}
