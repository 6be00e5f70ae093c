package io.tailrace.topology.cli;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.PolicyVersions;
import io.tailrace.topology.fleet.PublishedPolicies;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.text.PlainText;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a version of the policies. */
@Command(
    name = "show",
    description =
        "Print the active policies, or a version, with its origin as comments. The output can be"
            + " published.",
    mixinStandardHelpOptions = true)
final class ShowPoliciesCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Parameters(paramLabel = "VERSION", arity = "0..1", description = "Default: the active version.")
  private @Nullable Long version;

  @Option(names = "--json", description = "Print one JSON object that contains the document.")
  private boolean json;

  @Override
  public void run() {
    TailraceConfig config = configOptions.read();
    PolicyVersions versions = PolicyVersions.read(config, config.get(Settings.POLICIES_NAME));
    PublishedPolicies shown = version == null ? versions.activeOne() : versions.numbered(version);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonRecords.text(shown));
      return;
    }
    boolean isActive = versions.active().filter(shown::equals).isPresent();
    out.printf(
        "# version %d of %s%s, %s, by %s%n",
        shown.version(),
        shown.name(),
        isActive ? ", active" : "",
        shown.time(),
        PlainText.orDash(shown.author()));
    if (shown.comment() != null) {
      out.printf("# %s%n", PlainText.line(shown.comment()));
    }
    if (shown.document() == null) {
      out.println("# deleted: instances use their bootstrap policies");
      return;
    }
    out.printf("# sha256 %s%n", shown.sha256());
    out.print(shown.document());
    if (!shown.document().endsWith("\n")) {
      out.println();
    }
    out.flush();
  }
}
