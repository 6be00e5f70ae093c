package io.tailrace.topology;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a policy file the fleet's policies. */
@Command(
    name = "publish",
    description = "Check a policy file and make it the fleet's policies, within a second or two.",
    mixinStandardHelpOptions = true)
final class PublishPoliciesCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Parameters(paramLabel = "FILE")
  private Path file;

  @Override
  public void run() {
    PolicyFile policies = PolicyFile.read(file, spec);
    TailraceConfig config = configOptions.read();
    try (PolicyPublisher publisher = new PolicyPublisher(config)) {
      RecordMetadata written =
          publisher.publish(
              config.get(Settings.POLICIES_NAME), policies.text().getBytes(StandardCharsets.UTF_8));
      spec.commandLine()
          .getOut()
          .printf(
              "published version %d: %s%n",
              written.offset() + 1, String.join(", ", policies.set().policyNames()));
    }
  }
}
