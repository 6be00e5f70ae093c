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
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Policies that are to be simulated on the fleet's log.
 *
 * @param label what they are called
 * @param schedule which of them judge when
 */
public record SimulatedPolicies(String label, PolicySchedule schedule) {
  /** The document that is in force now, for all of the time. */
  static final String CURRENT = "current";

  /** The documents that were in force, each in its time. */
  static final String AS_WAS = "as-was";

  /**
   * What an option names: {@link #CURRENT}, {@link #AS_WAS} or a file.
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
   * A file, for recordings of no fleet's.
   *
   * @param decisionWait if the file says none
   */
  static SimulatedPolicies ofAFile(PolicyFile file, Duration decisionWait) {
    Duration retention = Settings.VERDICT_RETENTION.absent();
    Waits configured = new Waits(decisionWait.toMillis(), Waits.NEVER);
    Waits waits = new WaitRules(configured, retention, Optional.empty()).of(file.set());
    return new SimulatedPolicies(
        file.path().toString(), new PolicySchedule(PolicyVersion.ofAFile(file.set(), waits)));
  }

  /** The document that is in force now. */
  public static SimulatedPolicies current(FleetView fleet) {
    PolicyVersion latest = fleet.schedule().latest();
    return new SimulatedPolicies(
        "current, version " + latest.number(),
        new PolicySchedule(
            new PolicyVersion(latest.number(), Long.MIN_VALUE, latest.set(), latest.waits())));
  }

  /** One that the fleet does not have, and would not refuse. */
  public static SimulatedPolicies of(String label, PolicySet set, FleetView fleet) {
    return new SimulatedPolicies(
        label, new PolicySchedule(PolicyVersion.ofAFile(set, fleet.rules().of(set))));
  }

  Waits waits() {
    return schedule.latest().waits();
  }
}
