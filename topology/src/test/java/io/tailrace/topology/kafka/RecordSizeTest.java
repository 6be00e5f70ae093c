package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordSizeTest {
  private static final byte[] TEXT =
      IntStream.range(0, 20_000)
          .mapToObj(i -> "attribute." + i * i % 977)
          .collect(Collectors.joining(" "))
          .getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({"gzip,1,9", "lz4,1,17", "zstd,1,19"})
  void computesTheSizeWithTheLevelOfTheProducer(String type, String fast, String small) {
    long least = size(Map.of("compression.type", type, level(type), small));

    assertThat(size(Map.of("compression.type", type, level(type), fast)))
        .isGreaterThan(least + least / 50);
    assertThat(least).isLessThan(TEXT.length / 2);
  }

  @Test
  void computesTheSizeWithoutCompression() {
    assertThat(size(Map.of("compression.type", "none"))).isGreaterThan(TEXT.length);
    assertThat(size(Map.of("compression.type", "snappy"))).isLessThan(TEXT.length);
  }

  private static String level(String type) {
    return "compression." + type + ".level";
  }

  private static long size(Map<String, Object> compression) {
    Map<String, Object> configs = new java.util.HashMap<>(compression);
    configs.put("bootstrap.servers", "localhost:9092");
    configs.put("key.serializer", ByteArraySerializer.class);
    configs.put("value.serializer", ByteArraySerializer.class);
    return RecordSize.sent(
        new ProducerRecord<>("topic", TEXT), RecordSize.compression(new ProducerConfig(configs)));
  }
}
