package io.tailrace.topology.cli;

import io.tailrace.policies.PolicySet;
import io.tailrace.topology.fleet.PolicyFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a policy file, without Kafka. */
@Command(
    name = "validate",
    description =
        "Validate a policy file and describe which traces it keeps. Exit code 2 with all faults.",
    mixinStandardHelpOptions = true)
final class ValidatePoliciesCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE")
  private Path file;

  @Override
  public void run() {
    PolicySet set = PolicyFile.read(file, spec).set();
    int count = set.policyNames().size();
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s: valid, %d %s%n", file, count, noun(set, count));
    set.summary().forEach(out::println);
  }

  private static String noun(PolicySet set, int count) {
    if (set.hasRules()) {
      return count == 1 ? "rule" : "rules";
    }
    return count == 1 ? "policy" : "policies";
  }
}
