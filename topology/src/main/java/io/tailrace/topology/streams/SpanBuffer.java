package io.tailrace.topology.streams;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.BufferedPieces;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.buffer.WindowedRocks;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.kafka.SourceOffsets;
import io.tailrace.topology.kafka.Watermarks;
import io.tailrace.topology.sampling.DueQueue;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RecordLoop;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.SignalLayout;
import io.tailrace.topology.sampling.SummarySettings;
import java.io.File;
import java.util.Collection;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Open traces of a task: summaries and recent span bytes on the heap, older span bytes in windows
 * on disk. The changelog is the source partition itself, from the first record of the oldest open
 * trace. So span bytes are written to Kafka only once, and a restart begins with an empty disk. Not
 * thread-safe.
 */
final class SpanBuffer extends RestoredStore {
  private static final Logger LOG = LoggerFactory.getLogger(SpanBuffer.class);

  private final SourceRecords source;
  private final BufferLimits limits;
  private final RocksResources resources;
  private final SummarySettings summaries;
  private final SourceOffsets offsets;
  private final Restoring restoring = new Restoring();

  private @Nullable Contents contents; // null while closed: Streams may keep a closed store
  private Optional<RestartPoint> restart = Optional.empty();

  SpanBuffer(
      String name,
      SourceRecords source,
      BufferLimits limits,
      RocksResources resources,
      RestartPoints restartPoints,
      SourceOffsets offsets,
      SummarySettings summaries) {
    super(name, restartPoints);
    this.source = source;
    this.limits = limits;
    this.resources = resources;
    this.offsets = offsets;
    this.summaries = summaries;
  }

  /**
   * Initializes the store. Streams repeats the call on the same object when it revives a task after
   * an aborted transaction.
   */
  @Override
  public void init(StateStoreContext context, StateStore root) {
    restart = restartPoints().of(new TopicPartition(source.topic(), context.taskId().partition()));
    WindowedRocks rocks = WindowedRocks.forScans(resources, new File(context.stateDir(), name()));
    LogClock clock = new LogClock(source.splitSources().mode() == IngestMode.KEYED);
    restart.ifPresent(point -> clock.observe(point.oldestTime()));
    restart.filter(point -> point.settled() >= 0).ifPresent(p -> clock.advance(p.settled()));
    PolicySchedule schedule = summaries.policies().schedule();
    PolicyVersion version =
        restart.map(point -> schedule.at(point.clock())).orElseGet(schedule::latest);
    RecordScan scan = new RecordScan(new SignalLayout(0, version.set().signals()));
    DueQueue queue = new DueQueue();
    BufferedPieces pieces = new BufferedPieces(limits, rocks, clock::now);
    OpenTraces traces = new OpenTraces(clock, queue, scan, pieces, summaries);
    RecordLoop records = new RecordLoop(new Watermarks(source.splitSources()), traces);
    contents = new Contents(records, rocks, pieces, traces);
    context.register(root, StreamsInternals.restoringRecords(this::restore));
    limits.tasks().incrementAndGet();
  }

  private Contents contents() {
    if (contents == null) {
      throw new IllegalStateException("store " + name() + ": closed (expected: open)");
    }
    return contents;
  }

  /** Returns the last commit of this task; empty if there is none. */
  Optional<RestartPoint> restartPoint() {
    return restart;
  }

  OpenTraces traces() {
    return contents().traces;
  }

  /** Returns the loop for the records of the source partition, restored and new ones. */
  RecordLoop records() {
    return contents().records;
  }

  /** Removes windows on disk that no open trace needs. */
  void dropDeadWindows() {
    Contents now = contents();
    now.pieces.dropDeadWindows(now.traces.queue().oldest());
  }

  @Override
  public void close() {
    Contents last = contents;
    if (last != null) {
      contents = null;
      limits.tasks().decrementAndGet();
      last.rocks.close();
    }
  }

  /** Returns the offset of the first record of the oldest open trace. */
  @Override
  long restoreFrom(TopicPartition changelog) {
    return restart.map(RestartPoint::oldestOffset).orElse(0L);
  }

  @Override
  void deleted(TopicPartition changelog, long first, long end) {
    long committed = restart.map(RestartPoint::committedOffset).orElse(0L);
    long endOfOpen = Math.min(end, committed); // records after the commit are read, not restored
    if (first < endOfOpen) {
      offsets.notRestored(changelog, first, endOfOpen);
    }
  }

  @Override
  public boolean isOpen() {
    return contents != null;
  }

  private void restore(Collection<ConsumerRecord<byte[], byte[]>> restored) {
    RecordLoop records = records();
    for (ConsumerRecord<byte[], byte[]> record : restored) {
      try {
        records.take(
            record.headers(), record.value(), restoredTime(record), record.offset(), restoring);
      } catch (MalformedOtlpException e) {
        LOG.atDebug().setCause(e).log("not restored: the record is a dead letter");
      }
    }
  }

  /** Observes the time of a committed record, which cannot exceed the log time of the commit. */
  private long restoredTime(ConsumerRecord<byte[], byte[]> record) {
    long time = source.timestamps().bounded(record.timestamp());
    return restart
        .filter(point -> record.offset() < point.committedOffset())
        .map(point -> Math.min(time, point.clock()))
        .orElse(time);
  }

  /** What the store consists of while it is open. */
  private record Contents(
      RecordLoop records, WindowedRocks rocks, BufferedPieces pieces, OpenTraces traces) {}

  /** Reopens traces that were open, and some that were decided. Decides nothing. */
  private final class Restoring implements RecordLoop.Step {
    @Override
    public void timePassed(long position) {}

    @Override
    public void spans(RecordScan scan, long recordTime, long logTime, long offset) {
      OpenTraces traces = traces();
      for (int i = 0; i < scan.spans.traceCount(); i++) {
        long high = scan.spans.traceHigh(i);
        long low = scan.spans.traceLow(i);
        OpenTrace trace = traces.find(high, low);
        traces.append(
            trace != null ? trace : traces.open(high, low, logTime, offset),
            scan,
            i,
            logTime,
            offset);
      }
    }
  }
}
