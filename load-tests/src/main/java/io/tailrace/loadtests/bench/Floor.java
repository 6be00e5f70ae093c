package io.tailrace.loadtests.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.MainConsumers;
import io.tailrace.topology.kafka.SourceOffsets;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A minimal Kafka Streams application for spans: consumes, scans each record once and forwards a
 * share, with the client properties of an instance. The additional cost of an instance is that of
 * Tailrace.
 */
public final class Floor implements AutoCloseable {
  private final LongAdder spans = new LongAdder();
  private final LongAdder exportedBytes = new LongAdder();
  private final KafkaStreams streams;

  /**
   * Starts reading the ingest topic.
   *
   * @param share share of the records to forward to the export topic, by trace ID, 0 to 1
   */
  public static Floor start(TailraceConfig config, double share) {
    Floor floor = new Floor(config, share);
    floor.streams.start();
    return floor;
  }

  private Floor(TailraceConfig config, double share) {
    Topology topology = new Topology();
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            "in",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            config.ingest().all().get(0).name())
        .addProcessor("walk", () -> new Walk(share), "in")
        .addSink(
            "out",
            config.topics().export(),
            new ByteArraySerializer(),
            new ByteArraySerializer(),
            "walk");
    streams =
        new KafkaStreams(
            topology,
            new ClientProperties(config).streams("floor"),
            new MainConsumers(new SourceOffsets(new SimpleMeterRegistry())));
  }

  /** Returns the number of spans so far. */
  public long spans() {
    return spans.sum();
  }

  /** Returns the bytes forwarded so far. */
  public long exportedBytes() {
    return exportedBytes.sum();
  }

  @Override
  public void close() {
    streams.close();
  }

  private final class Walk implements Processor<byte[], byte[], byte[], byte[]> {
    private final SpanScan scan = new SpanScan();
    private final long keptBelow;
    private ProcessorContext<byte[], byte[]> context;

    Walk(double share) {
      keptBelow = (long) (share * Long.MAX_VALUE);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
      context = processorContext;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      try {
        scan.scan(record.value(), null);
      } catch (MalformedOtlpException e) {
        throw new IllegalStateException(e);
      }
      spans.add(scan.spanCount());
      if ((scan.traceHigh(0) & Long.MAX_VALUE) < keptBelow) {
        exportedBytes.add(record.value().length);
        context.forward(record);
      }
    }
  }
}
