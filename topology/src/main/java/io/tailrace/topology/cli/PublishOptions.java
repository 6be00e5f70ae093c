package io.tailrace.topology.cli;

import io.tailrace.policies.PolicySet;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.FleetStatus;
import io.tailrace.topology.fleet.PolicyPublisher;
import io.tailrace.topology.fleet.PolicyVersions;
import io.tailrace.topology.fleet.Publication;
import io.tailrace.topology.fleet.PublishedPolicies;
import io.tailrace.topology.text.OptionalDuration;
import io.tailrace.topology.text.PlainText;
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
   * @param document document; null deletes the policies
   * @param defaultComment comment if none is given; may be null
   * @throws StartException if it is not published, or not applied by all instances in time
   */
  PublishedPolicies publish(
      TailraceConfig config,
      String key,
      @Nullable String document,
      @Nullable String defaultComment) {
    PrintWriter out = spec.commandLine().getOut();
    List<String> leftOut = leftOut(config, key, document);
    PublishedPolicies published;
    try (PolicyPublisher publisher = new PolicyPublisher(config)) {
      published =
          publisher.publish(key, document, author, comment == null ? defaultComment : comment);
      out.printf("published version %d of %s%n", published.version(), published.name());
      out.flush();
      leftOut.forEach(spec.commandLine().getErr()::println);
      remember(publisher, published);
    }
    if (toWait != null) {
      try (FleetStatus fleet = new FleetStatus(config)) {
        out.println(new Publication(key, published.version()).await(fleet, toWait));
      }
    }
    return published;
  }

  /** Returns warnings about blocks for the export that the document no longer has. */
  private static List<String> leftOut(
      TailraceConfig config, String key, @Nullable String document) {
    if (!key.equals(config.get(Settings.POLICIES_NAME))) {
      return List.of(); // a shadow set exports nothing
    }
    try {
      List<String> now = exportBlocks(document);
      return PolicyVersions.read(config, key)
          .active()
          .map(active -> exportBlocks(active.document()))
          .orElse(List.of())
          .stream()
          .filter(name -> !now.contains(name))
          .map(
              name ->
                  "warning: the active document has "
                      + PlainText.line(name)
                      + ", this one does not: kept spans leave without it")
          .toList();
    } catch (StartException e) { // may write but not read
      return List.of("not compared with the active document: " + e.getMessage());
    }
  }

  private static List<String> exportBlocks(@Nullable String document) {
    return document == null
        ? List.of()
        : PolicySet.parse(document).map(set -> set.exportRules().names()).getOrElse(List.of());
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
