package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.IngestChoice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitSourcesTest {
  @Test
  void aSoleTopicIsNumberedAsInAllReleases() {
    SplitSources sources = sources("topics: {ingest: otlp_spans}", List.of(), 3);

    assertThat(sources.topics().get(0).number(2)).isEqualTo(2);
    assertThat(new Watermark(2, 99).encode())
        .isEqualTo(new byte[] {1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 99});
  }

  /** What is on the shuffle was numbered so: another hash is a migration. */
  @Test
  void oneOfSeveralIsNumberedByItsNameAlone() {
    long number = numberOf("b", sources("topics: {ingest: 'a, b'}", List.of(), 1, 4));

    assertThat(number).isEqualTo(5731105427359137792L);
    assertThat(numberOf("b", sources("topics: {ingest: 'b, c, a'}", List.of(), 4, 1, 1)))
        .isEqualTo(number);
    assertThat(numberOf("b", sources("topics: {ingest: ^b}", List.of("b"), 4))).isEqualTo(number);
    assertThat(SplitSource.firstNumber(number + 65_535)).isEqualTo(number);
    assertThat(SplitSource.partition(number + 65_535)).isEqualTo(65_535);
  }

  @Test
  void numbersByNameAreNeverThoseOfASoleTopic_norNegative() {
    for (int i = 0; i < 1_000; i++) {
      IngestTopic topic = new IngestTopic("topic-" + i, Encoding.OTLP_PROTO);
      assertThat(SplitSource.oneOfSeveral(topic, 1).firstNumber()).isGreaterThan(Integer.MAX_VALUE);
    }
  }

  @Test
  void twoTopicsOfOneNumberAreRefused() {
    IngestTopic one = new IngestTopic("one", Encoding.OTLP_PROTO);
    IngestTopic two = new IngestTopic("two", Encoding.OTLP_PROTO);

    assertThatThrownBy(
            () ->
                new SplitSources(
                    List.of(new SplitSource(one, 1 << 16, 4), new SplitSource(two, 1 << 16, 3))))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("topics.ingest: one and two have the same number (expected: ");
  }

  private static long numberOf(String topic, SplitSources sources) {
    return sources.topics().stream()
        .filter(source -> source.topic().name().equals(topic))
        .findFirst()
        .orElseThrow()
        .firstNumber();
  }

  private static SplitSources sources(String yaml, List<String> existing, Integer... partitions) {
    TailraceConfig config =
        TailraceConfig.read(yaml, Map.of("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")).get();
    IngestChoice choice = new IngestChoice(config.ingest(), Set.copyOf(existing));
    return SplitSources.of(
        config.reading(choice.own()), new Topics.Source(List.of(partitions), 4, Optional.empty()));
  }
}
