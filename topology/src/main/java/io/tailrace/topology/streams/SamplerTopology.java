package io.tailrace.topology.streams;

import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.TopicNames;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.operations.Outlines;
import io.tailrace.topology.sampling.SummarySettings;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Builds the topology: in unkeyed mode, a splitter for each ingest topic that shuffles spans by
 * trace ID; in both modes, a sampler with its stores. Its source topic is the changelog of the span
 * buffer.
 */
public final class SamplerTopology implements Supplier<Topology> {
  private static final Serializer<byte[]> TO_BYTES = new ByteArraySerializer();
  private static final Deserializer<byte[]> FROM_BYTES = new ByteArrayDeserializer();

  private final TopicNames topics;
  private final SamplerSettings settings;
  private final BoundedTimestamps timestamps;
  private final StoreResources stores;
  private final TaskServices services;

  /**
   * @param timestamps bounds the timestamps of ingest records
   */
  public SamplerTopology(
      TopicNames topics,
      SamplerSettings settings,
      BoundedTimestamps timestamps,
      StoreResources stores,
      TaskServices services) {
    this.topics = topics;
    this.settings = settings;
    this.timestamps = timestamps;
    this.stores = stores;
    this.services = services;
  }

  @Override
  public Topology get() {
    Topology topology = new Topology();
    List<SplitSource> sources = settings.splitSources().topics();
    for (SplitSource source : sources) {
      addSplitter(topology, source, NodeNames.Split.of(source.topic().name(), sources.size()));
    }
    addSampler(topology);
    return topology;
  }

  /**
   * Adds a sub-topology for each ingest topic, so that each task has the log clock and the
   * watermark of one partition.
   */
  private void addSplitter(Topology topology, SplitSource source, NodeNames.Split nodes) {
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            nodes.ingest(),
            timestamps,
            FROM_BYTES,
            FROM_BYTES,
            source.topic().name())
        .addProcessor(
            nodes.split(),
            () ->
                new Splitter(
                    source,
                    nodes,
                    settings.sourcePartitions(),
                    settings.export().maxRecordBytes(),
                    new IdleClock(services.caughtUp(), settings.idleAfterMillis()),
                    CommittedTimes.of(settings.exactlyOnce(), services.commits()),
                    services.metrics()),
            nodes.ingest())
        .addSink(
            nodes.spansByTrace(),
            topics.spansByTrace(),
            TO_BYTES,
            TO_BYTES,
            Splitter.partitioner(settings.sourcePartitions()),
            nodes.split())
        .addSink(nodes.deadLetters(), topics.deadLetters(), TO_BYTES, TO_BYTES, nodes.split());
  }

  private void addSampler(Topology topology) {
    ProcessorSupplier<byte[], byte[], byte[], byte[]> sampler =
        () -> new TailSampler(settings, services);
    topology
        .addReadOnlyStateStore(
            store(StoreNames.SPAN_BUFFER, this::newSpanBuffer).withLoggingDisabled(),
            NodeNames.SPANS_BY_TRACE_IN,
            sourceTimestamps(),
            FROM_BYTES,
            FROM_BYTES,
            settings.sourceTopic(),
            NodeNames.SAMPLE,
            forwardingNothing(sampler))
        .addStateStore(
            store(StoreNames.VERDICT_LEDGER, this::newLedger)
                .withLoggingEnabled(stores.ledgerTopicConfig()),
            NodeNames.SAMPLE)
        .addStateStore(
            Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(StoreNames.POLICY_STATE),
                    Serdes.String(),
                    Serdes.ByteArray())
                .withLoggingEnabled(Map.of()),
            NodeNames.SAMPLE)
        .addSink(NodeNames.EXPORT, topics.export(), TO_BYTES, TO_BYTES, NodeNames.SAMPLE)
        .addSink(
            NodeNames.SAMPLE_DEAD_LETTERS,
            topics.deadLetters(),
            TO_BYTES,
            TO_BYTES,
            NodeNames.SAMPLE);
    topics
        .decisions()
        .ifPresent(
            topic ->
                topology.addSink(NodeNames.DECISIONS, topic, TO_BYTES, TO_BYTES, NodeNames.SAMPLE));
    services.keeping().ifPresent(keeping -> addKeepSinks(topology, keeping));
  }

  private static void addKeepSinks(Topology topology, KeepServices keeping) {
    topology.addSink(
        NodeNames.KEEP_RESULTS, keeping.resultsTopic(), TO_BYTES, TO_BYTES, NodeNames.SAMPLE);
    keeping
        .linksTopic()
        .ifPresent(
            topic ->
                topology.addSink(
                    NodeNames.LINKED_TRACES,
                    topic,
                    TO_BYTES,
                    TO_BYTES,
                    LinkedTraces.partitioner(keeping.partitions()),
                    NodeNames.SAMPLE));
  }

  /**
   * Adds the span buffer, which is restored from its source topic. Kafka Streams intends such
   * stores for processors that forward nothing. This one decides due traces before it processes a
   * record, so it must be the same processor. Only the types restrict this.
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static ProcessorSupplier<byte[], byte[], Void, Void> forwardingNothing(
      ProcessorSupplier<byte[], byte[], byte[], byte[]> supplier) {
    return (ProcessorSupplier) supplier;
  }

  private BoundedTimestamps sourceTimestamps() {
    return settings.mode() == IngestMode.KEYED ? timestamps : BoundedTimestamps.ofShuffle();
  }

  private SpanBuffer newSpanBuffer() {
    return new SpanBuffer(
        StoreNames.SPAN_BUFFER,
        new SourceRecords(settings.sourceTopic(), sourceTimestamps(), settings.splitSources()),
        stores.bufferLimits(),
        stores.rocks(),
        stores.restartPoints(),
        stores.offsets(),
        new SummarySettings(services.policies(), outlines(), settings.bounds().groupBy()));
  }

  private Outlines outlines() {
    Outlines wanted = services.operations().outlines();
    return settings.decisions() && wanted != Outlines.ENTRIES ? Outlines.ROOT : wanted;
  }

  private VerdictLedger newLedger() {
    return new VerdictLedger(
        StoreNames.VERDICT_LEDGER,
        settings.sourceTopic(),
        settings.exactlyOnce(),
        stores.verdictRetentionMillis(),
        stores.rocks(),
        stores.restartPoints());
  }

  private static <S extends StateStore> StoreBuilder<S> store(String name, Supplier<S> factory) {
    return new CustomStoreBuilder<>(name, factory);
  }
}
