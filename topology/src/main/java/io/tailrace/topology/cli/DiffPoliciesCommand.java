package io.tailrace.topology.cli;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.PolicyVersions;
import io.tailrace.topology.fleet.PublishedPolicies;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the difference between two versions. */
@Command(
    name = "diff",
    description =
        "Print the difference between two versions in the format of diff -u. Empty if they are equal.",
    mixinStandardHelpOptions = true)
final class DiffPoliciesCommand implements Runnable {
  private static final int CONTEXT_LINES = 3;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Parameters(index = "0", paramLabel = "A")
  private long a;

  @Parameters(
      index = "1",
      paramLabel = "B",
      arity = "0..1",
      description = "Default: the active version.")
  private @Nullable Long b;

  @Override
  public void run() {
    TailraceConfig config = configOptions.read();
    PolicyVersions versions = PolicyVersions.read(config, config.get(Settings.POLICIES_NAME));
    PublishedPolicies one = versions.numbered(a);
    PublishedPolicies other = b == null ? versions.activeOne() : versions.numbered(b);
    List<String> lines = lines(one);
    UnifiedDiffUtils.generateUnifiedDiff(
            title(one), title(other), lines, DiffUtils.diff(lines, lines(other)), CONTEXT_LINES)
        .forEach(spec.commandLine().getOut()::println);
  }

  private static String title(PublishedPolicies published) {
    return "version " + published.version() + "\t" + published.time();
  }

  private static List<String> lines(PublishedPolicies published) {
    return published.document() == null ? List.of() : published.document().lines().toList();
  }
}
