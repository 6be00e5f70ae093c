package io.tailrace.topology.cli;

import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.FleetStatus;
import io.tailrace.topology.fleet.PolicyPublisher;
import io.tailrace.topology.fleet.Publication;
import io.tailrace.topology.fleet.PublishedPolicies;
import io.tailrace.topology.text.OptionalDuration;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that publish have in common. */
final class PublishOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Who publishes it (default: the user, ${DEFAULT-VALUE}).",
      defaultValue = "${sys:user.name}")
  private String author;

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why, for the history.")
  private String comment;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      arity = "0..1",
      parameterConsumer = OptionalDuration.class,
      description =
          "Return when all instances judge by it, or say who does not, with exit code 1; after one"
              + " minute or this duration.")
  private Duration toWait;

  /**
   * Publishes a document and waits for it, if that is wanted.
   *
   * @param document null deletes the policies
   * @param defaultComment null for none
   * @throws StartException if it is not published, or not applied in time by all instances
   */
  PublishedPolicies publish(
      TailraceConfig config, String key, String document, String defaultComment) {
    PrintWriter out = spec.commandLine().getOut();
    PublishedPolicies published;
    try (PolicyPublisher publisher = new PolicyPublisher(config)) {
      published =
          publisher.publish(key, document, author, comment == null ? defaultComment : comment);
      out.printf("published version %d of %s%n", published.version(), published.name());
      out.flush();
      remember(publisher, published);
    }
    if (toWait != null) {
      try (FleetStatus fleet = new FleetStatus(config)) {
        out.println(new Publication(key, published.version()).await(fleet, toWait));
      }
    }
    return published;
  }

  /** It is published whatever becomes of this. */
  private void remember(PolicyPublisher publisher, PublishedPolicies published) {
    try {
      publisher.remember(published);
    } catch (StartException e) {
      spec.commandLine()
          .getErr()
          .println("left to the instances to write its history: " + e.getMessage());
    }
  }
}
