package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.BufferedPieces;
import io.tailrace.topology.buffer.NoPieces;
import io.tailrace.topology.buffer.PieceStore;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.buffer.WindowedRocks;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.Watermarks;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.TraceDesk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Judges the records of one partition of the log as the task that has it does: by the same record
 * times, watermarks and policy versions. Not thread-safe.
 */
public final class PartitionSimulation implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final long HEAP_BYTES = 32 << 20;
  private static final long WINDOW_MILLIS = Duration.ofSeconds(10).toMillis();
  private static final int RECORDS_BETWEEN_DROPS = 1_000;

  private final SimulatedTask task;
  private final BoundedTimestamps timestamps;
  private final long idleAfterMillis;
  private final Path directory;
  private final WindowedRocks verdicts;
  private final WindowedRocks spans;
  private final Simulation simulation;
  private BufferedPieces pieces;
  private long nextOffset;
  private int records;

  /**
   * @param directory for what does not go on the heap; is deleted at the end
   */
  public PartitionSimulation(
      SimulatedTask task,
      PolicySchedule schedule,
      BoundedTimestamps timestamps,
      long idleAfterMillis,
      RocksResources resources,
      Path directory,
      Outcomes outcomes) {
    this.task = task;
    this.timestamps = timestamps;
    this.idleAfterMillis = idleAfterMillis;
    this.directory = directory;
    verdicts =
        new WindowedRocks(
            resources, resources.verdictWindows(), directory.resolve("verdicts").toFile());
    // What a later version asks for, or traces of which spans come before earlier ones.
    boolean rereads = schedule.versions().size() > 1 || task.mode() == IngestMode.UNKEYED;
    spans =
        rereads
            ? new WindowedRocks(
                resources, resources.spanWindows(), directory.resolve("spans").toFile())
            : null;
    simulation = new Simulation(task, schedule, this::pieces, verdicts, outcomes);
  }

  private PieceStore pieces(LogClock clock) {
    if (spans == null) {
      return new NoPieces();
    }
    BufferLimits limits = new BufferLimits(CHUNK_BYTES, HEAP_BYTES, WINDOW_MILLIS);
    pieces = new BufferedPieces(limits, spans, clock::now);
    return pieces;
  }

  /**
   * Takes the next record.
   *
   * @return whether it was one of spans, and not a watermark
   * @throws MalformedOtlpException if it can be neither
   */
  public boolean take(ConsumerRecord<byte[], byte[]> record) throws MalformedOtlpException {
    nextOffset = record.offset() + 1;
    Watermark watermark =
        task.mode() == IngestMode.UNKEYED ? Watermarks.of(record.headers()) : null;
    if (watermark != null) {
      simulation.observe(watermark, nextOffset);
      return false;
    }
    if (pieces != null && ++records % RECORDS_BETWEEN_DROPS == 0) {
      pieces.dropDeadWindows(open().queue().oldest());
    }
    simulation.take(record.value(), timestamps.bounded(record.timestamp()), record.offset());
    return record.value() != null;
  }

  /**
   * Takes note that the partition ended here at this wall time. If it was quiet, its task went on
   * with the clock. In unkeyed mode the splitters' watermarks, which are in the log, say when.
   */
  public void ended(long asOf) {
    long quietUntil = asOf - idleAfterMillis;
    if (task.mode() == IngestMode.KEYED && quietUntil >= simulation.now()) {
      simulation.advance(quietUntil, nextOffset);
    }
  }

  /** Whether all that is due by this log time is decided. */
  boolean hasReached(long time) {
    return simulation.open().clock().reached() >= time;
  }

  /** Tells of single traces. */
  public TraceDesk desk() {
    return simulation.desk();
  }

  public OpenTraces open() {
    return simulation.open();
  }

  /** What the latest record has; valid until the next. */
  public RecordScan scan() {
    return simulation.scan();
  }

  @Override
  public void close() {
    verdicts.close();
    if (spans != null) {
      spans.close();
    }
    try {
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
