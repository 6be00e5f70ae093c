package io.tailrace.topology.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * A command that needs an embedded broker and is therefore not part of the archive and the image.
 * {@code ./tailrace} of the sources replaces it.
 */
abstract class SourcesOnlyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Unmatched private final List<String> ignored = new ArrayList<>();

  @Override
  public Integer call() {
    spec.commandLine()
        .getErr()
        .printf(
            "%1$s: not in the archive or the image, because it starts a Kafka broker (expected: run"
                + " ./tailrace %1$s in the directory of the sources)%n",
            spec.name());
    return CommandLine.ExitCode.USAGE;
  }

  @Command(name = "demo", hidden = true)
  static final class Demo extends SourcesOnlyCommand {}

  @Command(name = "generate", hidden = true)
  static final class Generate extends SourcesOnlyCommand {}

  @Command(name = "bench", hidden = true)
  static final class Bench extends SourcesOnlyCommand {}
}
