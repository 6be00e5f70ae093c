package io.tailrace.topology.buffer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The spans of a task's open traces: some as chunks on the heap, the others as rows in time windows
 * on disk. Not thread-safe.
 */
public final class BufferedPieces implements PieceStore {
  private static final byte ROW_VERSION = 2;
  private static final int KEY_BYTES = 24; // trace id, offset of the row's first piece
  private static final int PREFIX_BYTES = 16;

  /** Spans of a trace come within about this time; see {@link #makeRoom}. */
  private static final long GATHERING_MILLIS = 2_000;

  /** One of so many parts of the share is written when it is full. */
  private static final int STEPS = 8;

  private final BufferLimits limits;
  private final WindowedRocks rocks;
  private final LongSupplier logTime;
  private final PieceArena arena;
  private final ChunkList chunks = new ChunkList();
  private final byte[] key = new byte[KEY_BYTES];
  private byte[] row = {};

  /**
   * @param logTime the greatest record time so far, Unix milliseconds
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

  /** Rows are deleted, too: some of the pieces may be added again, with the same offsets. */
  @Override
  public List<HeldPiece> take(BufferedTrace trace) {
    List<HeldPiece> all = new ArrayList<>();
    List<byte[]> rows = new ArrayList<>();
    scanRows(
        trace,
        (rowKey, value) -> {
          HeldPiece.readAll(value, 1, all);
          rows.add(rowKey);
        });
    rows.forEach(rocks::delete);
    if (trace.firstPiece != PieceArena.NONE) {
      byte[] chunk = new byte[framedLength(trace)];
      arena.copyFramed(trace.firstPiece, chunk, 0);
      HeldPiece.readAll(chunk, 0, all);
    }
    forget(trace);
    return all;
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
          // Older rows are of a former trace with the same id, whose verdict has expired.
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
   * Drops the windows on disk that no open trace reaches back to.
   *
   * @param oldest the open trace that was opened first, or null
   */
  public void dropDeadWindows(BufferedTrace oldest) {
    rocks.dropClosedBefore(oldest == null ? logTime.getAsLong() : oldest.firstSeen);
  }

  /** What chunks take on the heap, room that waits for the next ones included. */
  long heapBytes() {
    return arena.heldBytes();
  }

  /**
   * Writes the youngest, which have longest to wait, and lets the oldest be decided without ever
   * having been on disk. Those that have only just begun come last: more of their spans will come,
   * and make rows of their own.
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

  /** One for all rows but the few that are large. */
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
