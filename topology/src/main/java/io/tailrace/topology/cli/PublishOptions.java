package io.tailrace.topology.cli;

import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.FleetStatus;
import io.tailrace.topology.fleet.PolicyPlan;
import io.tailrace.topology.fleet.PolicyPublisher;
import io.tailrace.topology.fleet.Publication;
import io.tailrace.topology.fleet.PublishedPolicies;
import io.tailrace.topology.text.OptionalDuration;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options and functions of all publishing commands. */
final class PublishOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Author of the publication (default: the user, ${DEFAULT-VALUE}).",
      defaultValue = "${sys:user.name}")
  private String author;

  @Option(names = "--comment", paramLabel = "TEXT", description = "Reason, for the history.")
  private @Nullable String comment;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      arity = "0..1",
      parameterConsumer = OptionalDuration.class,
      description =
          "Wait until all instances apply the version, for one minute or the given duration. Then name"
              + " those that do not, with exit code 1.")
  private @Nullable Duration toWait;

  /**
   * Publishes a document and, with {@code --wait}, waits until it is applied.
   *
   * @param plan its comment applies if none is given
   * @throws StartException if it is not published, or not applied by all instances in time
   */
  PublishedPolicies publish(TailraceConfig config, PolicyPlan plan) {
    PrintWriter out = spec.commandLine().getOut();
    List<String> warnings = plan.warnings(config);
    PublishedPolicies published;
    try (PolicyPublisher publisher = new PolicyPublisher(config)) {
      published =
          publisher.publish(
              plan.key(), plan.document(), author, comment == null ? plan.comment() : comment);
      out.printf("published version %d of %s%n", published.version(), published.name());
      out.flush();
      warnings.forEach(spec.commandLine().getErr()::println);
      remember(publisher, published);
    }
    if (toWait != null) {
      try (FleetStatus fleet = new FleetStatus(config)) {
        out.println(new Publication(plan.key(), published.version()).await(fleet, toWait));
      }
    }
    return published;
  }

  /** Writes the history. A failure does not affect the publication. */
  private void remember(PolicyPublisher publisher, PublishedPolicies published) {
    try {
      publisher.remember(published);
    } catch (StartException e) {
      spec.commandLine()
          .getErr()
          .println("history not written, instances will write it: " + e.getMessage());
    }
  }
}
