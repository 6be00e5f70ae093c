package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.policies.FingerprintSets;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.Waits;
import io.tailrace.topology.streams.NotedOutcomes.Notes;
import io.tailrace.topology.streams.RestartedSplitters.Arrival;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * At least once, splitters that start again repeat spans. Verdicts are nevertheless those of the
 * shuffle, wherever a sampler is killed and started again.
 */
class RepeatedSpansTest {
  private static final long START = SamplerHarness.START;
  private static final int SOURCES = 3;
  private static final long WAIT = 5_000;
  private static final long AFTER_ROOT = 2_000;
  private static final int LASTS = 40_000;
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";

  @TempDir Path directory;

  private final RocksResources resources = new RocksResources(8 << 20, () -> 0);

  @AfterEach
  void close() {
    resources.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {46, 62, 109})
  void killsChangeNoVerdict(long seed) {
    Random random = new Random(seed);
    List<ConsumerRecord<byte[], byte[]>> log = split(ingest(random), random);
    for (int reconsidered : new int[] {0, Integer.MAX_VALUE}) {
      Notes expected = setup(true, reconsidered).sample(log, Integer.MAX_VALUE, random).distinct();
      assertThat(expected.turned().isEmpty()).isEqualTo(reconsidered == 0);

      Notes result = setup(false, reconsidered).sample(log, 100, random).distinct();

      assertThat(result.decided()).isEqualTo(expected.decided());
      assertThat(result.turned()).isEqualTo(expected.turned());
      assertThat(result.exported()).isEqualTo(expected.exported());
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> split(List<Arrival> ingest, Random random) {
    return new RestartedSplitters(source(), ingest, random)
        .run(START, START + LASTS + 40_000, START + LASTS + 60_000);
  }

  private static List<Arrival> ingest(Random random) {
    List<Arrival> all = new ArrayList<>();
    for (int trace = 1; trace <= 60; trace++) {
      long begin = START + random.nextInt(LASTS);
      for (int i = random.nextInt(4); i >= 0; i--) {
        long time =
            begin + (random.nextInt(5) == 0 ? random.nextInt(20_000) : random.nextInt(5_000));
        long delay = random.nextInt(8) == 0 ? random.nextInt(6_000) : random.nextInt(300);
        byte[] value = Otlp.request(span(trace, trace + "." + i, random)).toByteArray();
        all.add(new Arrival(random.nextInt(SOURCES), time, time + delay, value));
      }
    }
    return all;
  }

  private static Span span(long trace, String name, Random random) {
    Span span =
        switch (random.nextInt(8)) {
          case 0, 1 -> Otlp.error(trace);
          case 2, 3 -> Otlp.span(trace);
          default -> Otlp.child(trace, name);
        };
    return span.toBuilder().setName(name).build();
  }

  private SampledTask.Setup setup(boolean exactlyOnce, int reconsidered) {
    PolicyVersion version =
        new PolicyVersion(
            0,
            Long.MIN_VALUE,
            FingerprintSets.with(SamplerHarness.set(ERRORS), List.of("trace.shape")),
            new Waits(WAIT, AFTER_ROOT));
    return new SampledTask.Setup(
        new PolicySchedule(version),
        source(),
        resources,
        directory,
        exactlyOnce,
        reconsidered,
        Long.MAX_VALUE);
  }

  private static SplitSource source() {
    return SplitSource.sole(new IngestTopic("ingest", Encoding.OTLP_PROTO), SOURCES);
  }
}
