package io.tailrace.topology.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Parent of the commands for policies. */
@Command(
    name = "policies",
    description = "Validate, publish and monitor the policies of the fleet.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ValidatePoliciesCommand.class,
      ConvertPoliciesCommand.class,
      PublishPoliciesCommand.class,
      PromotePoliciesCommand.class,
      ShowPoliciesCommand.class,
      HistoryCommand.class,
      DiffPoliciesCommand.class,
      RollbackCommand.class,
      WatchPoliciesCommand.class
    })
final class PoliciesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return Faults.noCommand(spec.commandLine());
  }
}
