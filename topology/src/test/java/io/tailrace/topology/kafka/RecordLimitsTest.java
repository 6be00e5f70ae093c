package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class RecordLimitsTest {
  private static final int MAX_REQUEST = 1 << 20;

  private final RecordLimits limits =
      new RecordLimits("export", "letters", MAX_REQUEST, Compression.lz4().build(), null);

  @Test
  void takesWhatTheProducerTakes_asLongAsNothingElseIsKnown() {
    assertThat(limits.export().takes(record(noise(MAX_REQUEST - 1_000)))).isTrue();
    assertThat(limits.export().takes(record(noise(MAX_REQUEST)))).isFalse();
    assertThat(limits.export().takes(record(new byte[MAX_REQUEST])))
        .as("the producer looks before it compresses")
        .isFalse();
  }

  @Test
  void learnsFromARecordThatIsRefused() {
    limits.refused(new ProducerRecord<>("export", noise(5_000)));

    assertThat(limits.export().takes(record(noise(5_000)))).isFalse();
    assertThat(limits.export().takes(record(noise(4_800)))).isTrue();
    assertThat(limits.export().takes(record(new byte[100_000])))
        .as("what counts is its size as it is sent")
        .isTrue();
    assertThat(limits.deadLetters().takes(record(noise(5_000)))).isTrue();
  }

  @Test
  void beginsAnewOnlyAfterWhatWillBeADeadLetter() {
    Exception failure = new StreamsException("send", new RecordTooLargeException("too large"));
    limits.refused(new ProducerRecord<>("export", noise(5_000)));
    assertThat(limits.isMendedBy(failure)).isTrue();
    assertThat(limits.isMendedBy(new StreamsException("send"))).isFalse();

    limits.refused(new ProducerRecord<>("spans_by_trace", noise(5_000)));
    assertThat(limits.isMendedBy(failure)).isFalse();
    assertThat(limits.explain(failure).orElseThrow())
        .startsWith("topic spans_by_trace: refused a record of 50")
        .endsWith("(expected: a larger max.message.bytes of the topic)");
    assertThat(limits.explain(new StreamsException("send"))).isEmpty();
  }

  private static Record<byte[], byte[]> record(byte[] value) {
    return new Record<>("key".getBytes(StandardCharsets.US_ASCII), value, 0);
  }

  /** Does not compress. */
  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(1).nextBytes(noise);
    return noise;
  }
}
