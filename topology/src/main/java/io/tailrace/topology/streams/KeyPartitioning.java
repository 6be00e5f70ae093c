package io.tailrace.topology.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.topology.meters.EnumCounters;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keyed ingest: checks for a sample of records whether a known partitioner assigns their key to
 * their partition. Java clients hash keys with murmur2, the Collector by default with FNV-1a: if
 * both write to a topic, each trace is split over two partitions. Thread-safe.
 */
public final class KeyPartitioning {
  /** Partitioner that explains the partition of a record. */
  enum Partitioner {
    MURMUR2,
    FNV1A,
    /** Both partitioners give this partition. */
    EITHER,
    UNKNOWN
  }

  private static final Logger LOG = LoggerFactory.getLogger(KeyPartitioning.class);
  private static final int ONE_OF = 64; // records; a power of two
  private static final int FNV_OFFSET = 0x811c9dc5;
  private static final int FNV_PRIME = 0x01000193;

  private final int partitions;
  private final EnumCounters<Partitioner> counters;
  private final AtomicBoolean warned = new AtomicBoolean();

  public KeyPartitioning(int partitions, MeterRegistry registry) {
    this.partitions = partitions;
    counters =
        new EnumCounters<>(
            Partitioner.class,
            partitioner ->
                Counter.builder("tailrace.keys.sampled")
                    .description(
                        "Keyed ingest: partitioners that explain the partitions of sampled records")
                    .tag("partitioner", partitioner.name().toLowerCase(Locale.ROOT))
                    .register(registry));
  }

  /** Checks a record if it is part of the sample. */
  void look(byte @Nullable [] key, int partition, long offset) {
    if (key == null || (offset & (ONE_OF - 1)) != 0) {
      return;
    }
    counters.of(partitioner(key, partition)).increment();
    if (isMixed() && warned.compareAndSet(false, true)) {
      LOG.warn(
          "producers partition the ingest topic in different ways, which splits traces: let all use one"
              + " hash (Collector: record_partitioner.sticky_key.hasher), or use ingest.mode: unkeyed");
    }
  }

  Partitioner partitioner(byte[] key, int partition) {
    boolean murmur2 = Utils.toPositive(Utils.murmur2(key)) % partitions == partition;
    boolean fnv1a = Math.abs(fnv1a(key) % partitions) == partition;
    if (murmur2) {
      return fnv1a ? Partitioner.EITHER : Partitioner.MURMUR2;
    }
    return fnv1a ? Partitioner.FNV1A : Partitioner.UNKNOWN;
  }

  private boolean isMixed() {
    int kinds = 0;
    for (Partitioner kind :
        new Partitioner[] {Partitioner.MURMUR2, Partitioner.FNV1A, Partitioner.UNKNOWN}) {
      kinds += counters.of(kind).count() > 0 ? 1 : 0;
    }
    return kinds > 1;
  }

  /** 32-bit FNV-1a, as the Go Kafka clients hash keys by default. */
  private static int fnv1a(byte[] key) {
    int hash = FNV_OFFSET;
    for (byte b : key) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
