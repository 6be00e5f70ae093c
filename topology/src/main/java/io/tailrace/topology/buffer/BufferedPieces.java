package io.tailrace.topology.buffer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Span bytes of the open traces of a task: partly on the heap, partly as rows in time windows on
 * disk. Not thread-safe.
 */
public final class BufferedPieces implements PieceStore {
  private static final byte ROW_VERSION = 2;
  private static final int KEY_BYTES = 24; // trace ID, offset of the first piece of the row
  private static final int PREFIX_BYTES = 16;

  /** Typical time within which the spans of a trace arrive; see {@link #makeRoom}. */
  private static final long GATHERING_MILLIS = 2_000;

  /** When the share is full, one part of this many is written to disk. */
  private static final int STEPS = 8;

  private final BufferLimits limits;
  private final WindowedRocks rocks;
  private final LongSupplier logTime;
  private final PieceArena arena;
  private final ChunkList chunks = new ChunkList();
  private final byte[] key = new byte[KEY_BYTES];
  private byte[] row = {};

  /**
   * @param logTime highest record time so far, Unix milliseconds
   */
  public BufferedPieces(BufferLimits limits, WindowedRocks rocks, LongSupplier logTime) {
    this.limits = limits;
    this.rocks = rocks;
    this.logTime = logTime;
    arena = new PieceArena(limits.heapBytesPerTask());
  }

  @Override
  public void add(BufferedTrace trace, byte[] piece, long recordTime, long offset) {
    trace.lastPiece = arena.add(piece, recordTime, offset, trace.lastPiece);
    if (trace.firstPiece == PieceArena.NONE) {
      trace.firstPiece = trace.lastPiece;
      trace.chunkOffset = offset;
      chunks.add(trace);
    }
    trace.chunkLength += piece.length;
    trace.chunkPieces++;
    if (trace.chunkLength >= limits.chunkBytes()) {
      writeRow(trace);
    } else if (arena.usedBytes() > limits.heapBytesPerTask()) {
      makeRoom();
    }
  }

  @Override
  public List<byte[]> read(BufferedTrace trace) {
    List<byte[]> all = new ArrayList<>();
    scanRows(trace, (rowKey, value) -> all.add(HeldPiece.joined(value, 1)));
    if (trace.firstPiece != PieceArena.NONE) {
      byte[] chunk = new byte[trace.chunkLength];
      arena.copy(trace.firstPiece, chunk, 0);
      all.add(chunk);
    }
    return all;
  }

  @Override
  public List<HeldPiece> pieces(BufferedTrace trace) {
    List<HeldPiece> all = new ArrayList<>();
    collect(trace, all, rowKey -> {});
    return all;
  }

  /** Also deletes the rows, because pieces with the same offsets may be added again. */
  @Override
  public List<HeldPiece> take(BufferedTrace trace) {
    List<HeldPiece> all = new ArrayList<>();
    List<byte[]> rows = new ArrayList<>();
    collect(trace, all, rows::add);
    rows.forEach(rocks::delete);
    forget(trace);
    return all;
  }

  private void collect(BufferedTrace trace, List<HeldPiece> into, Consumer<byte[]> rows) {
    scanRows(
        trace,
        (rowKey, value) -> {
          HeldPiece.readAll(value, 1, into);
          rows.accept(rowKey);
        });
    if (trace.firstPiece != PieceArena.NONE) {
      byte[] chunk = new byte[framedLength(trace)];
      arena.copyFramed(trace.firstPiece, chunk, 0);
      HeldPiece.readAll(chunk, 0, into);
    }
  }

  private void scanRows(BufferedTrace trace, WindowedRocks.RowConsumer rows) {
    if (trace.firstWindow == BufferedTrace.NO_WINDOW) {
      return;
    }
    byte[] prefix =
        ByteBuffer.allocate(PREFIX_BYTES).putLong(trace.high).putLong(trace.low).array();
    rocks.scan(
        prefix,
        trace.firstWindow,
        trace.lastWindow,
        (rowKey, value) -> {
          // Older rows belong to an earlier trace with the same ID, whose verdict has expired.
          if (ByteBuffer.wrap(rowKey).getLong(PREFIX_BYTES) >= trace.firstOffset) {
            rows.row(rowKey, value);
          }
        });
  }

  private static int framedLength(BufferedTrace trace) {
    return trace.chunkLength + trace.chunkPieces * HeldPiece.FRAME_BYTES;
  }

  @Override
  public void forget(BufferedTrace trace) {
    dropChunk(trace);
  }

  /**
   * Drops the windows on disk that no open trace uses.
   *
   * @param oldest the open trace that was opened first, or null
   */
  public void dropDeadWindows(@Nullable BufferedTrace oldest) {
    rocks.dropClosedBefore(oldest == null ? logTime.getAsLong() : oldest.openedAt);
  }

  /** Returns the heap size of all blocks, including free ones. */
  long heapBytes() {
    return arena.heldBytes();
  }

  /**
   * Writes the youngest traces to disk, because they wait longest; the oldest are then decided
   * without disk access. Traces that have just started are last, because their next spans would
   * create more rows.
   */
  private void makeRoom() {
    long gathered = logTime.getAsLong() - GATHERING_MILLIS;
    writeRows(trace -> trace.firstSeen <= gathered);
    writeRows(trace -> true);
  }

  private void writeRows(Predicate<BufferedTrace> which) {
    long target = limits.heapBytesPerTask() / STEPS * (STEPS - 1);
    BufferedTrace trace = chunks.last();
    while (trace != null && arena.usedBytes() > target) {
      BufferedTrace previous = trace.previousChunk;
      if (which.test(trace)) {
        writeRow(trace);
      }
      trace = previous;
    }
  }

  private void writeRow(BufferedTrace trace) {
    rocks.openIfDue(logTime.getAsLong(), limits.windowMillis());
    ByteBuffer.wrap(key).putLong(trace.high).putLong(trace.low).putLong(trace.chunkOffset);
    int length = 1 + framedLength(trace);
    byte[] value = rowOf(length);
    value[0] = ROW_VERSION;
    arena.copyFramed(trace.firstPiece, value, 1);
    trace.lastWindow = rocks.put(key, value, length);
    if (trace.firstWindow == BufferedTrace.NO_WINDOW) {
      trace.firstWindow = trace.lastWindow;
    }
    dropChunk(trace);
  }

  /** Returns a reusable array for all rows except large ones. */
  private byte[] rowOf(int length) {
    if (length > 2 * limits.chunkBytes()) {
      return new byte[length];
    }
    if (length > row.length) {
      row = new byte[Math.max(length, 2 * row.length)];
    }
    return row;
  }

  private void dropChunk(BufferedTrace trace) {
    if (trace.firstPiece != PieceArena.NONE) {
      chunks.remove(trace);
      arena.release(trace.firstPiece, limits.heapBytesPerTask());
      trace.firstPiece = PieceArena.NONE;
      trace.lastPiece = PieceArena.NONE;
      trace.chunkLength = 0;
      trace.chunkPieces = 0;
    }
  }
}
