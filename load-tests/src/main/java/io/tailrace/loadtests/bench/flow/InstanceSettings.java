package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Settings of the instances of a run that differ from the defaults. */
public final class InstanceSettings {
  private InstanceSettings() {}

  /**
   * Returns the environment variables of an instance.
   *
   * @param run name of the run and prefix of all topics except the ingest topic
   * @param directory state directory of the instance
   */
  static Map<String, String> of(
      Cluster cluster,
      FleetOptions options,
      String run,
      String ingestTopic,
      Scenario scenario,
      Duration decisionWait,
      Path directory)
      throws IOException {
    Path policies = directory.resolve("policies.yaml");
    Files.createDirectories(directory);
    Files.writeString(policies, document(options.policies(scenario)));
    Map<String, String> settings = new TreeMap<>();
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
    settings.put("TAILRACE_APPLICATION_ID", run);
    settings.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    settings.put("TAILRACE_THREADS", Integer.toString(options.threads));
    settings.put("TAILRACE_DECISION_WAIT", decisionWait.toMillis() + "ms");
    settings.put("TAILRACE_INGEST_MODE", scenario.keyedInput() ? "keyed" : "unkeyed");
    settings.put("TAILRACE_POLICIES_BOOTSTRAP", policies.toString());
    settings.put("TAILRACE_TOPICS_INGEST", ingestTopic);
    settings.put("TAILRACE_TOPICS_SPANS_BY_TRACE", run + "-by-trace");
    settings.put("TAILRACE_TOPICS_POLICIES", run + "-policies");
    settings.put("TAILRACE_TOPICS_EXPORT", export(run));
    settings.put("TAILRACE_TOPICS_DEAD_LETTERS", run + "-dead-letters");
    settings.put("TAILRACE_TOPICS_PARTITIONS", Integer.toString(options.partitions()));
    settings.put("TAILRACE_ADMIN_PORT", "-1");
    settings.putAll(options.environment());
    return settings;
  }

  /** Returns a policy document of this package. */
  public static String document(String name) throws IOException {
    try (InputStream document = InstanceSettings.class.getResourceAsStream(name + ".yaml")) {
      return new String(document.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public static String export(String run) {
    return run + "-export";
  }
}
