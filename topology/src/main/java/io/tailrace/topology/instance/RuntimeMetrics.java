package io.tailrace.topology.instance;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.tailrace.topology.buffer.RocksResources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** Meters of the JVM, the disk, Kafka clients and RocksDB. */
final class RuntimeMetrics implements AutoCloseable {
  /** Meters of lag, load and failures, out of some hundred per thread. */
  private static final List<String> OF_KAFKA =
      List.of(
          "kafka.consumer.fetch.manager.records.lag",
          "kafka.consumer.fetch.manager.records.consumed.total",
          "kafka.consumer.fetch.manager.bytes.consumed.total",
          "kafka.consumer.coordinator.rebalance.total",
          "kafka.consumer.coordinator.failed.rebalance.total",
          "kafka.producer.record.send.total",
          "kafka.producer.record.error.total",
          "kafka.producer.outgoing.byte.total",
          "kafka.producer.txn.commit.time.ns.total",
          "kafka.stream.thread.commit.latency.avg",
          "kafka.stream.thread.commit.latency.max",
          "kafka.stream.thread.process.ratio",
          "kafka.stream.thread.poll.ratio",
          "kafka.stream.thread.punctuate.ratio",
          "kafka.stream.thread.commit.ratio",
          "kafka.stream.failed.stream.threads");

  private final MeterRegistry registry;
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private @Nullable KafkaStreamsMetrics kafka;
  private @Nullable KafkaClientMetrics clients;

  RuntimeMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Returns a filter for the useful meters of Kafka, whose number does not grow with the stores.
   */
  static MeterFilter telling() {
    return new MeterFilter() {
      @Override
      public MeterFilterReply accept(Meter.Id id) {
        return !id.getName().startsWith("kafka.") || OF_KAFKA.contains(id.getName())
            ? MeterFilterReply.NEUTRAL
            : MeterFilterReply.DENY;
      }
    };
  }

  /** Binds the meters of the process: versions, JVM, processor, file handles. */
  void bindProcess() {
    Gauge.builder("tailrace.build.info", () -> 1)
        .description("Version of Tailrace, always 1")
        .tag("version", BuildVersion.get().orElse("unknown"))
        .register(registry);
    new JvmInfoMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  void bindDisk(Path stateDir) {
    new DiskSpaceMetrics(stateDir.toFile()).bindTo(registry);
  }

  void bindProducer(Producer<?, ?> producer) {
    clients = new KafkaClientMetrics(producer);
    clients.bindTo(registry);
  }

  void bindStreams(KafkaStreams streams) {
    kafka = new KafkaStreamsMetrics(streams);
    kafka.bindTo(registry);
  }

  void bindRocks(RocksResources rocks) {
    Gauge.builder("tailrace.rocksdb.memory.used", rocks, RocksResources::memoryUsed)
        .description("Write buffers and block cache of RocksDB, bounded by buffer.rocksdb_memory")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
  }

  /**
   * Registers the retention of the ingest topics, which the lag must not reach.
   *
   * @param retention empty: unlimited
   */
  void bindRetention(Optional<Duration> retention) {
    Gauge.builder(
            "tailrace.source.retention",
            () ->
                retention
                    .map(Duration::toMillis)
                    .map(m -> m / 1e3)
                    .orElse(Double.POSITIVE_INFINITY))
        .description("Retention of the sampled topic")
        .baseUnit("seconds")
        .register(registry);
  }

  @Override
  public void close() {
    collections.close();
    if (kafka != null) {
      kafka.close();
    }
    if (clients != null) {
      clients.close();
    }
  }
}
