package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.serdes.Encoding;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class TailCommandTest {
  private static String line(byte[] value) {
    byte[] key = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    return new TailCommand()
        .line(
            new ConsumerRecord<>("sampled", 0, 0, key, value), Encoding.OTLP_PROTO.newTranslator());
  }

  @Test
  void tellsRecordsThatAreNotOtlp_andGoesOn() {
    assertThat(line(new byte[] {1})).startsWith("0123456789abcdef0123456789abcdef ");
  }

  @Test
  void tellsARecordWithoutAValue() {
    assertThat(line(null))
        .isEqualTo("0123456789abcdef0123456789abcdef no value (expected: OTLP TracesData)");
  }
}
