package io.tailrace.loadtests.bench;

import io.tailrace.loadtests.Directories;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.BufferedPieces;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.buffer.WindowedRocks;
import io.tailrace.topology.sampling.DueQueue;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTrace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/**
 * Cost of the span buffer per span in a steady state: appends the four records of a trace and
 * removes the oldest trace. Compared with a key-value store of Kafka Streams: one row per record,
 * deleted one by one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BufferBenchmark {
  private static final long WAIT_MILLIS = 30_000;
  private static final long DROP_EVERY_MILLIS = 100;
  private static final long ROCKSDB_BYTES = 256L << 20;
  private static final int CHUNK_BYTES = 64 << 10;
  private static final long WINDOW_MILLIS = 10_000;
  private static final int BYTES_PER_TRACE = 6_000;

  /** Number of open traces. A third of their bytes fits on the heap. */
  @Param("30000")
  int openTraces;

  private final List<List<byte[]>> records = BenchRecords.keyed(256);
  private final SplittableRandom random = new SplittableRandom(1);
  private final Deque<OpenTrace> open = new ArrayDeque<>();
  private OpenTrace[] readable;
  private WriteOptions write;
  private ReadOptions read;
  private Path directory;
  private RocksResources resources;
  private WindowedRocks windows;
  private BufferedPieces pieces;
  private LogClock clock;
  private DueQueue queue;
  private Options options;
  private RocksDB rows;
  private long offset;
  private long traces;
  private long droppedAt;

  @Setup
  public void fill() throws IOException, RocksDBException {
    directory = Files.createTempDirectory("tailrace-bench-");
    resources = new RocksResources(ROCKSDB_BYTES, System::nanoTime); // loads the native library
    write = new WriteOptions().setDisableWAL(true);
    read = new ReadOptions().setPrefixSameAsStart(true);
    windows = WindowedRocks.forScans(resources, directory.resolve("windows").toFile());
    clock = new LogClock(true);
    queue = new DueQueue();
    long heap = (long) openTraces * BYTES_PER_TRACE / 3;
    pieces =
        new BufferedPieces(new BufferLimits(CHUNK_BYTES, heap, WINDOW_MILLIS), windows, clock::now);
    options =
        new Options()
            .setCreateIfMissing(true)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setDbWriteBufferSize(ROCKSDB_BYTES / 3 * 2)
            .useFixedLengthPrefixExtractor(16);
    rows = RocksDB.open(options, directory.resolve("rows").toString());
    for (int i = 0; i < openTraces; i++) {
      OpenTrace trace = nextTrace();
      append(trace);
      appendRows(trace);
    }
    readable = open.toArray(OpenTrace[]::new);
  }

  @TearDown
  public void close() {
    windows.close();
    rows.close();
    write.close();
    read.close();
    options.close();
    resources.close();
    Directories.delete(directory);
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public void appendAndForget() {
    append(nextTrace());
    OpenTrace oldest = open.poll();
    queue.remove(oldest);
    pieces.forget(oldest);
    if (clock.now() - droppedAt > DROP_EVERY_MILLIS) {
      droppedAt = clock.now();
      pieces.dropDeadWindows(queue.oldest());
    }
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public void appendAndForgetRows() throws RocksDBException {
    appendRows(nextTrace());
    OpenTrace oldest = open.poll();
    for (int i = 0; i < recordsOf(oldest).size(); i++) {
      rows.delete(write, key(oldest, i));
    }
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public List<byte[]> readBack() {
    return pieces.read(readable[random.nextInt(readable.length)]);
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public void readBackRows(Blackhole sink) throws RocksDBException {
    OpenTrace trace = readable[random.nextInt(readable.length)];
    byte[] prefix = ByteBuffer.allocate(16).putLong(trace.high).putLong(trace.low).array();
    try (RocksIterator row = rows.newIterator(read)) {
      for (row.seek(prefix); row.isValid(); row.next()) {
        sink.consume(row.value());
      }
      row.status();
    }
  }

  private void append(OpenTrace trace) {
    queue.add(trace);
    for (byte[] record : recordsOf(trace)) {
      pieces.add(trace, record, trace.firstSeen, offset++);
    }
  }

  private void appendRows(OpenTrace trace) throws RocksDBException {
    int piece = 0;
    for (byte[] record : recordsOf(trace)) {
      rows.put(write, key(trace, piece++), record);
    }
  }

  private OpenTrace nextTrace() {
    clock.observe(traces * WAIT_MILLIS / openTraces);
    OpenTrace trace = new OpenTrace(random.nextLong(), traces++, clock.now(), offset);
    open.add(trace);
    return trace;
  }

  private List<byte[]> recordsOf(OpenTrace trace) {
    return records.get((int) (trace.low % records.size()));
  }

  private static byte[] key(OpenTrace trace, int piece) {
    return ByteBuffer.allocate(24).putLong(trace.high).putLong(trace.low).putLong(piece).array();
  }
}
