package io.tailrace.topology.cli;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.PolicyFile;
import io.tailrace.topology.fleet.PolicyVersions;
import io.tailrace.topology.fleet.PublishedPolicies;
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
    String name = config.get(Settings.POLICIES_NAME);
    PublishedPolicies old = PolicyVersions.read(config, name).numbered(version);
    if (old.document() != null) {
      PolicyFile.parse("version " + version, old.document(), spec);
    }
    publishOptions.publish(config, name, old.document(), "rollback to version " + version);
  }
}
