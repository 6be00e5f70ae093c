package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The instances of a run. */
public final class Fleet implements AutoCloseable {
  private final List<InstanceProcess> instances = new ArrayList<>();

  public Fleet(
      Cluster cluster,
      FleetOptions options,
      String run,
      String ingestTopic,
      Scenario scenario,
      Duration decisionWait,
      double floorShare,
      Path directory)
      throws IOException {
    List<String> arguments =
        scenario.tailrace() ? List.of("engine") : List.of("floor", Double.toString(floorShare));
    for (int i = 0; i < options.instances; i++) {
      instances.add(
          new InstanceProcess(
              options.jvmOptions,
              InstanceSettings.of(
                  cluster,
                  options,
                  run,
                  ingestTopic,
                  scenario,
                  decisionWait,
                  directory.resolve(run + "-" + i)),
              arguments));
    }
  }

  /** Returns the sum of all instances, or null until all have reported. */
  public Sample latest() {
    Sample sum = null;
    for (InstanceProcess instance : instances) {
      Sample sample = instance.latest();
      if (sample == null) {
        return null;
      }
      sum = sum == null ? sample : sum.plus(sample);
    }
    return sum;
  }

  @Override
  public void close() {
    for (InstanceProcess instance : instances) {
      instance.close();
    }
  }
}
