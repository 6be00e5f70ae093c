package io.tailrace.loadtests.bench.flow;

import io.tailrace.loadtests.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Cluster and temporary directory of a benchmark, which end with it. */
public record Testbed(Cluster cluster, Path directory) implements AutoCloseable {
  /** Starts a broker unless the options name a cluster. */
  public static Testbed start(FleetOptions fleet) throws IOException {
    Path directory = Files.createTempDirectory("tailrace-bench-");
    try {
      return new Testbed(Throughput.cluster(fleet, directory), directory);
    } catch (IOException | RuntimeException e) {
      Directories.delete(directory);
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      cluster.close();
    } finally {
      Directories.delete(directory);
    }
  }
}
