package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tailrace.topology.streams.KeyPartitioning.Partitioner;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class KeyPartitioningTest {
  private static final int PARTITIONS = 1 << 16; // so many that two hashes hardly ever agree
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final KeyPartitioning partitioning = new KeyPartitioning(PARTITIONS, meters);

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void knowsJavaClients() {
    byte[] key = key("4bf92f3577b34da6a3ce929d0e0e4736");

    assertThat(partitioning.partitioner(key, BuiltInPartitioner.partitionForKey(key, PARTITIONS)))
        .isEqualTo(Partitioner.MURMUR2);
  }

  @Test
  void knowsGoClients() {
    // FNV-1a of "foobar" is 0xbf9cf968 by the reference vectors: as an int -0x40630698.
    assertThat(partitioning.partitioner(key("foobar"), 0x40630698 % PARTITIONS))
        .isEqualTo(Partitioner.FNV1A);
  }

  @Test
  void knowsWhenItDoesNotKnow() {
    assertThat(partitioning.partitioner(key("foobar"), 5)).isEqualTo(Partitioner.UNKNOWN);
    assertThat(new KeyPartitioning(1, meters).partitioner(key("foobar"), 0))
        .isEqualTo(Partitioner.EITHER);
  }

  @Test
  void looksAtSomeRecordsWithAKeyOnly() {
    partitioning.look(null, 1, 0);
    partitioning.look(key("foobar"), 5, 63);
    partitioning.look(key("foobar"), 5, 64);

    assertThat(meters.get("tailrace.keys.sampled").tag("partitioner", "unknown").counter().count())
        .isEqualTo(1);
  }
}
