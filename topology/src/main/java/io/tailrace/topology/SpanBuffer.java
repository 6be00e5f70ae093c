package io.tailrace.topology;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Watermark;
import java.io.File;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;

/**
 * The open traces of a task: summaries and young bytes on the heap, the rest in windows on disk.
 * Its changelog is the source partition itself, from the first record of the oldest open trace on,
 * so span bytes are written to Kafka no second time and a restart begins with nothing on disk. Not
 * thread-safe.
 */
final class SpanBuffer extends RestoredStore {
  private static final byte ROW_VERSION = 1;
  private static final int KEY_BYTES = 24; // trace id, offset of the row's first piece
  private static final int PREFIX_BYTES = 16;

  private final String sourceTopic;
  private final BufferLimits limits;
  private final RocksResources resources;
  private final BoundedTimestamps timestamps;
  private final PolicySource policies;
  private final TraceIndex index = new TraceIndex();
  private final DueQueue queue = new DueQueue();

  private final int splitSources;

  private Watermarks watermarks;
  private LogClock clock;
  private RecordScan scan;
  private WindowedRocks rocks;
  private Optional<RestartPoint> restart = Optional.empty();
  private boolean open;
  private long spans;
  private long bytes;
  private long heapBytes;

  SpanBuffer(
      String name,
      String sourceTopic,
      BufferLimits limits,
      RocksResources resources,
      RestartPoints restartPoints,
      BoundedTimestamps timestamps,
      PolicySource policies,
      int splitSources) {
    super(name, restartPoints);
    this.sourceTopic = sourceTopic;
    this.limits = limits;
    this.resources = resources;
    this.timestamps = timestamps;
    this.policies = policies;
    this.splitSources = splitSources;
  }

  /** Streams calls it again on the same object when it revives a task whose transaction failed. */
  @Override
  public void init(StateStoreContext context, StateStore root) {
    forgetAll();
    restart = restartPoints().of(new TopicPartition(sourceTopic, context.taskId().partition()));
    rocks = new WindowedRocks(resources, new File(context.stateDir(), name()));
    restart.ifPresent(point -> clock.observe(point.oldestTime()));
    PolicySchedule schedule = policies.schedule();
    PolicyVersion version =
        restart.map(point -> schedule.at(point.clock())).orElseGet(schedule::latest);
    scan = new RecordScan(new SignalLayout(0, version.set().signals()));
    context.register(root, StreamsInternals.restoringRecords(this::restore));
    limits.tasks().incrementAndGet();
    open = true;
  }

  /** Where the last commit left this task; empty if it has none. */
  Optional<RestartPoint> restartPoint() {
    return restart;
  }

  LogClock clock() {
    return clock;
  }

  DueQueue queue() {
    return queue;
  }

  RecordScan scan() {
    return scan;
  }

  /** Takes note of how far an ingest partition has been split. */
  void observe(Watermark watermark) {
    watermarks.observe(watermark);
    clock.advance(watermarks.all());
  }

  OpenTrace find(long high, long low) {
    return index.get(high, low);
  }

  /** Opens a trace whose first span lies in the record at this offset. */
  OpenTrace open(long high, long low, long offset) {
    OpenTrace trace = new OpenTrace(high, low, clock.now(), offset);
    trace.layout = scan.layout().number;
    index.add(trace);
    queue.add(trace);
    return trace;
  }

  /** Adds the spans that the scanned record at this offset has of a trace. */
  void append(OpenTrace trace, int scanned, long offset) {
    int before = trace.spanCount;
    scan.count(scanned, trace);
    if (trace.layout == scan.layout().number) {
      scan.raise(scanned, trace);
    } // else they are gathered anew when the trace is judged
    if (!trace.hasRoot() && scan.hasRoot(scanned)) {
      trace.rootSeen = clock.now();
      queue.rootSeen(trace);
    }
    byte[] piece = scan.pieces.piece(scanned);
    addToChunk(trace, piece, offset);
    trace.bytes += piece.length;
    spans += trace.spanCount - before;
    bytes += piece.length;
    heapBytes += piece.length;
    if (trace.chunkLength >= limits.chunkBytes()) {
      writeRow(trace);
    } else if (heapBytes > limits.heapBytesPerTask()) {
      writeAllRows();
    }
  }

  /** The bytes of a trace, in the order in which they came. */
  List<byte[]> read(OpenTrace trace) {
    List<byte[]> all = new ArrayList<>();
    if (trace.firstWindow != OpenTrace.NO_WINDOW) {
      byte[] prefix =
          ByteBuffer.allocate(PREFIX_BYTES).putLong(trace.high).putLong(trace.low).array();
      rocks.scan(
          prefix,
          trace.firstWindow,
          trace.lastWindow,
          (key, row) -> {
            // Older rows are of a former trace with the same id, whose verdict has expired.
            if (ByteBuffer.wrap(key).getLong(PREFIX_BYTES) >= trace.firstOffset) {
              all.add(Arrays.copyOfRange(row, 1, row.length));
            }
          });
    }
    if (trace.chunkLength > 0) {
      all.add(Arrays.copyOf(trace.chunk, trace.chunkLength));
    }
    return all;
  }

  /** Forgets a trace that was decided. */
  void remove(OpenTrace trace) {
    index.remove(trace);
    queue.remove(trace);
    spans -= trace.spanCount;
    bytes -= trace.bytes;
    heapBytes -= trace.chunkLength;
    trace.chunk = null;
  }

  /** Drops the windows on disk that no open trace reaches back to. */
  void dropDeadWindows() {
    OpenTrace oldest = queue.oldest();
    rocks.dropClosedBefore(oldest == null ? clock.now() : oldest.firstSeen);
  }

  int traces() {
    return index.size();
  }

  long spans() {
    return spans;
  }

  /** Bytes of all open traces, on the heap and on disk. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      limits.tasks().decrementAndGet();
      rocks.close();
      forgetAll();
    }
  }

  private void forgetAll() {
    index.clear();
    queue.clear();
    spans = 0;
    bytes = 0;
    heapBytes = 0;
    watermarks = new Watermarks(splitSources);
    clock = new LogClock(splitSources == 0);
  }

  /** The oldest open trace's first record. */
  @Override
  long restoreFrom(TopicPartition source) {
    return restart.map(RestartPoint::oldestOffset).orElse(0L);
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  private void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Watermark watermark = splitSources > 0 ? Watermarks.of(record.headers()) : null;
      if (watermark != null) {
        observe(watermark);
        continue;
      }
      clock.observe(restoredTime(record));
      if (record.value() == null) {
        continue;
      }
      try {
        scan.scan(record.value());
      } catch (MalformedOtlpException alreadyInTheDeadLetters) {
        continue;
      }
      for (int i = 0; i < scan.spans.traceCount(); i++) {
        OpenTrace trace = find(scan.spans.traceHigh(i), scan.spans.traceLow(i));
        append(
            trace != null
                ? trace
                : open(scan.spans.traceHigh(i), scan.spans.traceLow(i), record.offset()),
            i,
            record.offset());
      }
    }
  }

  /** A record that was committed cannot have moved the clock beyond what it was at the commit. */
  private long restoredTime(ConsumerRecord<byte[], byte[]> record) {
    long time = timestamps.bounded(record.timestamp());
    return restart
        .filter(point -> record.offset() < point.committedOffset())
        .map(point -> Math.min(time, point.clock()))
        .orElse(time);
  }

  private void addToChunk(OpenTrace trace, byte[] piece, long offset) {
    if (trace.chunkLength == 0) {
      trace.chunk = piece;
      trace.chunkOffset = offset;
    } else {
      int needed = trace.chunkLength + piece.length;
      if (needed > trace.chunk.length) {
        trace.chunk = Arrays.copyOf(trace.chunk, Math.max(needed, trace.chunkLength * 2));
      }
      System.arraycopy(piece, 0, trace.chunk, trace.chunkLength, piece.length);
    }
    trace.chunkLength += piece.length;
  }

  private void writeAllRows() {
    for (OpenTrace trace = queue.oldest(); trace != null; trace = trace.nextByFirst) {
      if (trace.chunkLength > 0) {
        writeRow(trace);
      }
    }
  }

  private void writeRow(OpenTrace trace) {
    if (rocks.isEmpty() || clock.now() - rocks.currentOpenedAt() >= limits.windowMillis()) {
      rocks.open(clock.now());
    }
    byte[] key =
        ByteBuffer.allocate(KEY_BYTES)
            .putLong(trace.high)
            .putLong(trace.low)
            .putLong(trace.chunkOffset)
            .array();
    byte[] row = new byte[1 + trace.chunkLength];
    row[0] = ROW_VERSION;
    System.arraycopy(trace.chunk, 0, row, 1, trace.chunkLength);
    trace.lastWindow = rocks.put(key, row);
    if (trace.firstWindow == OpenTrace.NO_WINDOW) {
      trace.firstWindow = trace.lastWindow;
    }
    heapBytes -= trace.chunkLength;
    trace.chunk = null;
    trace.chunkLength = 0;
  }
}
