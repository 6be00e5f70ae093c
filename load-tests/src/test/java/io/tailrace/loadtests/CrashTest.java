package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Kills real processes under load and compares exports with the logs. The short form. */
class CrashTest {
  private static final long SEED = Long.getLong("crash.seed", System.nanoTime());

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @Test
  void exportEqualsTheOracle_whenKilled_keyed() throws Exception {
    try (Scenario scenario = new Scenario(directory, ScenarioOptions.keyed(SEED))) {
      scenario.begin(1);
      scenario.suffer(
          Fault.kill(), Fault.killAtPolicyChange(Documents.VALID.get(0)), Fault.killAndLoseState());
      scenario.verify();
    }
  }

  @Test
  void exportEqualsTheOracle_whenKilled_unkeyed() throws Exception {
    try (Scenario scenario = new Scenario(directory, ScenarioOptions.unkeyed(SEED))) {
      scenario.begin(1);
      scenario.suffer(Fault.invalidPolicies(), Fault.kill(), Fault.killAndLoseState());
      scenario.verify();
    }
  }

  @Test
  void wrongConfigurationIsToldAllAtOnce_andExitsWith2() throws Exception {
    Path log = directory.resolve("engine.log");
    Map<String, String> settings = new TreeMap<>();
    settings.put("TAILRACE_DECISION_WAIT", "-5s");
    settings.put("TAILRACE_DECISION_WIAT", "5s");
    try (EngineProcess engine = new EngineProcess(settings, log)) {
      assertThat(engine.awaitExit(Duration.ofSeconds(30))).isEqualTo(2);
    }
    assertThat(Files.readString(log))
        .contains("TAILRACE_DECISION_WAIT: \"-5s\" (expected: > 0s)")
        .contains("TAILRACE_DECISION_WIAT: [hidden] (expected: the variable of a known setting)")
        .contains("kafka.bootstrap.servers: absent");
  }
}
