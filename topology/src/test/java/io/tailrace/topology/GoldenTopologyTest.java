package io.tailrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names of nodes, stores and topics are what a running fleet has its state under: a change of the
 * golden files is a migration.
 */
class GoldenTopologyTest {
  @ParameterizedTest
  @ValueSource(strings = {"keyed", "unkeyed"})
  void isAsItWas(String mode) throws Exception {
    String golden;
    try (var file = getClass().getResourceAsStream("/golden/" + mode + ".txt")) {
      golden = new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }

    assertThat(topology(mode.equals("unkeyed")).toString().strip()).isEqualTo(golden.strip());
  }

  /** {@code max.task.idle.ms} = -1 rests on it; see RATIONALE.md. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachTaskReadsOneTopic(boolean unkeyed) {
    assertThat(topology(unkeyed).subtopologies()).hasSize(unkeyed ? 2 : 1);
    assertThat(topology(unkeyed).subtopologies())
        .allSatisfy(
            part ->
                assertThat(part.nodes())
                    .filteredOn(node -> node instanceof TopologyDescription.Source)
                    .extracting(source -> ((TopologyDescription.Source) source).topicSet())
                    .singleElement()
                    .satisfies(topics -> assertThat(topics).hasSize(1)));
  }

  private static TopologyDescription topology(boolean unkeyed) {
    TopicNames topics =
        new TopicNames(
            "otlp_spans",
            "spans_by_trace",
            "policies",
            "otlp_sampled",
            "dead_letters",
            Optional.empty());
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    SamplerSettings settings =
        new SamplerSettings(
            unkeyed ? topics.spansByTrace() : topics.ingest(),
            4,
            unkeyed ? 4 : 0,
            true,
            false,
            new TraceBounds(1_000, 1 << 20, 1 << 30, 1_000_000),
            1 << 20,
            2_000,
            100_000_000);
    return new SamplerTopology(
            topics,
            settings,
            new BufferLimits(1_000, 1 << 20, 10_000),
            600_000,
            Map.of(),
            new BoundedTimestamps(60_000, InstantSource.system()),
            null, // no store is built
            new FakeRestartPoints(),
            () -> null,
            new SamplerMetrics(registry, InstantSource.system()),
            partition -> OptionalLong.empty(),
            new KeyPartitioning(4, registry),
            new TraceQuestions(),
            Optional.of(new Keeping(null, null, null, "keep_results")))
        .get()
        .describe();
  }
}
