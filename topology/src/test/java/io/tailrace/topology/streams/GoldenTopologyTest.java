package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.config.TopicNames;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.SourceOffsets;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.operations.Operations;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.sampling.TraceBounds;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
  private static final Map<String, Integer> MODES =
      Map.of("keyed", 0, "unkeyed", 1, "two-topics", 2);

  @ParameterizedTest
  @ValueSource(strings = {"keyed", "unkeyed", "two-topics"})
  void isAsItWas(String mode) throws Exception {
    String golden;
    try (var file = getClass().getResourceAsStream("/golden/" + mode + ".txt")) {
      golden = new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }

    assertThat(topology(MODES.get(mode)).toString().strip()).isEqualTo(golden.strip());
  }

  /** {@code max.task.idle.ms} = -1 rests on it; see RATIONALE.md. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 16})
  void eachTaskReadsOneTopic(int split) {
    assertThat(topology(split).subtopologies()).hasSize(split + 1);
    assertThat(topology(split).subtopologies())
        .allSatisfy(
            part ->
                assertThat(part.nodes())
                    .filteredOn(node -> node instanceof TopologyDescription.Source)
                    .extracting(source -> ((TopologyDescription.Source) source).topicSet())
                    .singleElement()
                    .satisfies(topics -> assertThat(topics).hasSize(1)));
  }

  /**
   * @param split number of ingest topics that are split; 0 in keyed mode
   */
  private static TopologyDescription topology(int split) {
    List<SplitSource> ingest = new ArrayList<>();
    for (int i = 0; i < split; i++) {
      ingest.add(
          SplitSource.oneOfSeveral(
              i == 0
                  ? new IngestTopic("otlp_spans", Encoding.OTLP_PROTO)
                  : new IngestTopic("jaeger_spans_" + i, Encoding.JAEGER_PROTO),
              4));
    }
    TopicNames topics =
        new TopicNames(
            "spans_by_trace", "policies", "otlp_sampled", "dead_letters", Optional.empty());
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    SamplerSettings settings =
        new SamplerSettings(
            split > 0 ? topics.spansByTrace() : "otlp_spans",
            4,
            new SplitSources(ingest),
            true,
            false,
            new TraceBounds(1_000, 1 << 20, 1 << 30, 1_000_000, 10, 10, Optional.empty()),
            new ExportFormat(Encoding.OTLP_PROTO, 1 << 20, "", false),
            2_000,
            100_000_000);
    return new SamplerTopology(
            topics,
            settings,
            new BoundedTimestamps(60_000, InstantSource.system()),
            new StoreResources(
                null, // no store is built
                new FakeRestartPoints(),
                new SourceOffsets(registry),
                new BufferLimits(1_000, 1 << 20, 10_000),
                600_000,
                Map.of()),
            new TaskServices(
                () -> null,
                new SamplerMetrics(registry, InstantSource.system()),
                Operations.off(),
                partition -> OptionalLong.empty(),
                partition -> Optional.empty(),
                new KeyPartitioning(4, registry),
                new TraceQuestions(),
                Optional.of(
                    new KeepServices(null, null, null, Optional.of("keep"), "keep_results")),
                source -> RoundSink.NONE))
        .get()
        .describe();
  }
}
