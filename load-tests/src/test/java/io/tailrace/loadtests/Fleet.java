package io.tailrace.loadtests;

import static org.awaitility.Awaitility.await;

import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.instance.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Engine instances on one broker, each with a state directory of its own. */
final class Fleet implements AutoCloseable {
  private final EmbeddedKafka kafka;
  private final Path stateDir;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<Engine> engines = new ArrayList<>();

  Fleet(EmbeddedKafka kafka, Path stateDir) {
    this.kafka = kafka;
    this.stateDir = stateDir;
    set("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    set("TAILRACE_ADMIN_PORT", "0");
    set("TAILRACE_THREADS", "1");
    set("TAILRACE_TOPICS_PARTITIONS", "4");
    set("TAILRACE_DECISION_WAIT", "3s");
    set("TAILRACE_COMMIT_INTERVAL", "200ms");
  }

  Fleet set(String variable, String value) {
    settings.put(variable, value);
    return this;
  }

  /** Its settings, as environment variables. */
  Map<String, String> settings(int instance) {
    Map<String, String> environment = new LinkedHashMap<>(settings);
    environment.put("TAILRACE_STATE_DIR", stateDir.resolve("instance-" + instance).toString());
    return environment;
  }

  TailraceConfig config(int instance) {
    return TailraceConfig.read("", settings(instance))
        .fold(
            faults -> {
              throw new AssertionError(faults.toString());
            },
            config -> config);
  }

  /** Starts one more instance and waits until it reads its partitions. */
  Engine start(int instance) {
    Engine engine = Engine.start(config(instance));
    engines.add(engine);
    await().atMost(Duration.ofSeconds(60)).until(engine::isReady);
    return engine;
  }

  EmbeddedKafka kafka() {
    return kafka;
  }

  @Override
  public void close() {
    engines.forEach(Engine::close);
  }
}
