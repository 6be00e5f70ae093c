package io.tailrace.topology;

import io.tailrace.policies.PolicySet;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes the shadow set the fleet's policies. */
@Command(
    name = "promote",
    description = "Make the shadow set the fleet's policies; there is no shadow set then.",
    mixinStandardHelpOptions = true)
final class PromotePoliciesCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Override
  public void run() {
    TailraceConfig config = configOptions.read();
    String name = config.get(Settings.POLICIES_NAME);
    String shadow = PolicyTopic.shadowKey(name);
    String document =
        CurrentDocument.read(config, shadow)
            .orElseThrow(
                () ->
                    new StartException(
                        "no shadow set is published as %s (expected: one, by publish --shadow)"
                            .formatted(shadow)));
    PrintWriter out = spec.commandLine().getOut();
    try (PolicyPublisher publisher = new PolicyPublisher(config)) {
      long version =
          publisher.publish(name, document.getBytes(StandardCharsets.UTF_8)).offset() + 1;
      out.printf(
          "published version %d: %s%n",
          version, String.join(", ", PolicySet.parse(document).get().policyNames()));
      out.flush();
      publisher.publish(shadow, null); // not before: a shadow that stays does no harm
    }
  }
}
