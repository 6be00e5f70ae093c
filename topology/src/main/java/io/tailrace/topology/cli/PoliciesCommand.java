package io.tailrace.topology.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All that has to do with the fleet's policies: each of its commands is a class. */
@Command(
    name = "policies",
    description = "Check, publish and follow the fleet's policies.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ValidatePoliciesCommand.class,
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
