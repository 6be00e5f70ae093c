package io.tailrace.loadtests.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.loadtests.bench.flow.InstanceSettings;
import io.tailrace.loadtests.bench.flow.ThroughputRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

@Timeout(60)
final class CollectorProcessTest {
  private static final CollectorConfig CONFIG =
      new CollectorConfig("localhost:9092", "run-1", "spans", Duration.ofSeconds(7), 1_000, 400, 1);

  @TempDir private Path directory;

  @Test
  void reportsLastLines_whenCollectorEnds() throws Exception {
    Path script =
        CollectorScript.create(
            directory, CollectorScript.COMPONENTS, "echo 'unknown key: num_shards'; exit 4");

    CollectorBinary binary = CollectorBinary.check(script, CollectorBinary.SAMPLER, directory);
    try (CollectorProcess process = new CollectorProcess(binary, CONFIG, directory)) {
      assertThatThrownBy(() -> ThroughputRun.await(process::latest, Contender.Reading::spans, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the Collector has ended with 4")
          .hasMessageContaining("unknown key: num_shards");
    }
    assertThat(Files.readString(directory.resolve("collector.yaml"))).contains("decision_wait: 7s");
  }

  @Test
  void configurationIsYaml_withPoliciesOfTailrace() throws Exception {
    Map<?, ?> tailSampling = tailSampling(CONFIG.text(4317));
    Object policies =
        ((Map<?, ?>) load(InstanceSettings.document(CollectorConfig.POLICIES))).get("policies");

    assertThat(tailSampling.get("policies")).isEqualTo(policies);
    assertThat((List<?>) policies).hasSize(4);
    assertThat(tailSampling.get("decision_wait")).isEqualTo("7s");
    assertThat(tailSampling.get("num_traces")).isEqualTo(400);
    assertThat(tailSampling.get("decision_cache"))
        .isEqualTo(Map.of("sampled_cache_size", 1_000, "non_sampled_cache_size", 1_000));
    assertThat(tailSampling.containsKey("num_shards")).isFalse();
    Map<?, ?> root = (Map<?, ?>) load(CONFIG.text(4317));
    assertThat(root.keySet())
        .isEqualTo(
            java.util.Set.copyOf(List.of("receivers", "processors", "exporters", "service")));
  }

  @Test
  void hasAShardForEachStreamThread() throws Exception {
    CollectorConfig four =
        new CollectorConfig(
            "localhost:9092", "run-1", "spans", Duration.ofSeconds(7), 1_000, 400, 4);

    assertThat(tailSampling(four.text(4317)).get("num_shards")).isEqualTo(4);
  }

  private static Map<?, ?> tailSampling(String config) {
    Map<?, ?> processors = (Map<?, ?>) ((Map<?, ?>) load(config)).get("processors");
    return (Map<?, ?>) processors.get("tail_sampling");
  }

  private static Object load(String yaml) {
    return new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }
}
