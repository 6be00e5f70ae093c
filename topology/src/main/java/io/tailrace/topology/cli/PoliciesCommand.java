package io.tailrace.topology.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
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
final class PoliciesCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command (expected: one of those below)");
  }
}
