package io.tailrace.loadtests.bench.flow;

import java.util.List;
import picocli.CommandLine.Option;

/** What is measured where: options that both commands take. */
final class FleetOptions {
  @Option(
      names = "--external",
      paramLabel = "HOST:PORT",
      description = "Use this cluster instead of a broker in a process of its own.")
  String external;

  @Option(names = "--instances", paramLabel = "N", description = "Instances (default: 1).")
  int instances = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Stream threads of each (default: half of the cores; the broker has the rest).")
  int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of each topic (default: 2 a thread, at least 4).")
  int partitions;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      description = "Of the traces: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  TraceShape shape = TraceShape.USUAL;

  @Option(
      names = "--jvm-options",
      paramLabel = "OPTIONS",
      split = " ",
      description = "Of the instances (default: -Xms1g -Xmx1g).")
  List<String> jvmOptions = List.of("-Xms1g", "-Xmx1g");

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures as JSON.")
  java.nio.file.Path json;

  int partitions() {
    return partitions > 0 ? partitions : Math.max(4, 2 * threads * instances);
  }
}
