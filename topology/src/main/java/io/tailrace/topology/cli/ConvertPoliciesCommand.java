package io.tailrace.topology.cli;

import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.Fault;
import io.tailrace.topology.convert.CollectorPolicies;
import io.tailrace.topology.convert.Converted;
import io.tailrace.topology.convert.RefineryRules;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Converts sampling rules of other programs, and policies to rules, without Kafka. */
@Command(
    name = "convert",
    description =
        "Convert sampling rules or policies to an adaptive_tail_sampling block on standard output. Settings"
            + " without a counterpart are on standard error, with exit code 1; exit code 2 if the"
            + " file is unreadable.",
    mixinStandardHelpOptions = true)
final class ConvertPoliciesCommand implements Callable<Integer> {
  private static final int LOSSES = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      description =
          "Format of the file: ${COMPLETION-CANDIDATES}. collector-policies is a tail_sampling"
              + " block or a configuration with one.")
  private Format from;

  @Option(
      names = "--samplers-by",
      defaultValue = "environment",
      description =
          "What the names below Samplers of Refinery are: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}). A dataset is a service.name.")
  private Names samplersBy;

  @Option(names = "--strict", description = "Print no document if a setting has no counterpart.")
  private boolean strict;

  @Parameters(paramLabel = "FILE")
  private Path file;

  @Override
  public Integer call() {
    Converted converted = convert(read());
    PrintWriter err = spec.commandLine().getErr();
    converted.faults().forEach(fault -> err.println(file.getFileName() + ": " + fault));
    converted.notes().forEach(note -> err.println(file.getFileName() + ": note: " + note));
    boolean lost = !converted.faults().isEmpty();
    if (!lost || !strict) {
      spec.commandLine().getOut().print(converted.text());
      spec.commandLine().getOut().flush();
    }
    return lost ? LOSSES : 0;
  }

  private Converted convert(String text) {
    Validation<Seq<Fault>, Converted> converted =
        switch (from) {
          case collectorPolicies -> CollectorPolicies.convert(text, Environment.ofProcess());
          case refinery -> RefineryRules.convert(text, samplersBy == Names.dataset);
        };
    if (converted.isInvalid()) {
      throw new ParameterException(
          spec.commandLine(),
          file + ":" + converted.getError().map(f -> "\n  " + f.message()).mkString());
    }
    return converted.get();
  }

  private String read() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), file + " (expected: a readable file): " + e, e);
    }
  }

  /** Formats by their names on the command line. */
  enum Format {
    refinery("refinery"),
    collectorPolicies("collector-policies");

    private final String word;

    Format(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** Named as on the command line. */
  enum Names {
    environment,
    dataset
  }
}
