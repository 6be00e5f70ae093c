package io.tailrace.topology.cli;

import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.PolicyFile;
import io.tailrace.topology.fleet.PolicyPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes the document of an earlier version again. */
@Command(
    name = "rollback",
    description = "Publish the document of an earlier version as a new version.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;
  @Mixin private PublishOptions publishOptions;

  @Parameters(paramLabel = "VERSION")
  private long version;

  @Override
  public void run() {
    TailraceConfig config = configOptions.read();
    PolicyPlan plan = PolicyPlan.rollback(config, version);
    if (plan.document() != null) {
      PolicyFile.parse("version " + version, plan.document(), spec);
    }
    publishOptions.publish(config, plan);
  }
}
