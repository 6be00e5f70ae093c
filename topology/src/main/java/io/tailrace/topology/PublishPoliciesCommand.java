package io.tailrace.topology;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a policy file the fleet's policies. */
@Command(
    name = "publish",
    description = "Check a policy file and make it the fleet's policies, within a second or two.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:published; with --wait: all instances judge by it",
      "1:not published; with --wait: not applied by all, and the output says by whom",
      "2:a wrong file, configuration or command line: nothing is published"
    })
final class PublishPoliciesCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;
  @Mixin private PublishOptions publishOptions;

  @Parameters(paramLabel = "FILE")
  private Path file;

  @Override
  public void run() {
    PolicyFile policies = PolicyFile.read(file, spec);
    TailraceConfig config = configOptions.read();
    publishOptions.publish(config, config.get(Settings.POLICIES_NAME), policies.text(), null);
  }
}
