package io.tailrace.topology;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The spans of a task's open traces: the young ones as chunks on the heap, the others as rows in
 * time windows on disk. Not thread-safe.
 */
final class BufferedPieces implements PieceStore {
  private static final byte ROW_VERSION = 1;
  private static final int KEY_BYTES = 24; // trace id, offset of the row's first piece
  private static final int PREFIX_BYTES = 16;

  private final BufferLimits limits;
  private final WindowedRocks rocks;
  private final LogClock clock;
  private final DueQueue queue;
  private long heapBytes;

  BufferedPieces(BufferLimits limits, WindowedRocks rocks, LogClock clock, DueQueue queue) {
    this.limits = limits;
    this.rocks = rocks;
    this.clock = clock;
    this.queue = queue;
  }

  @Override
  public void add(OpenTrace trace, byte[] piece, long offset) {
    addToChunk(trace, piece, offset);
    if (trace.chunkLength >= limits.chunkBytes()) {
      writeRow(trace);
    } else if (heapBytes > limits.heapBytesPerTask()) {
      writeAllRows();
    }
  }

  @Override
  public List<byte[]> read(OpenTrace trace) {
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

  @Override
  public void forget(OpenTrace trace) {
    dropChunk(trace);
  }

  /** Drops the windows on disk that no open trace reaches back to. */
  void dropDeadWindows() {
    OpenTrace oldest = queue.oldest();
    rocks.dropClosedBefore(oldest == null ? clock.now() : oldest.firstSeen);
  }

  private void addToChunk(OpenTrace trace, byte[] piece, long offset) {
    if (trace.chunkLength == 0) {
      trace.chunk = piece;
      trace.chunkOffset = offset;
      heapBytes += piece.length;
    } else {
      int needed = trace.chunkLength + piece.length;
      if (needed > trace.chunk.length) {
        heapBytes -= trace.chunk.length;
        trace.chunk = Arrays.copyOf(trace.chunk, Math.max(needed, trace.chunkLength * 2));
        heapBytes += trace.chunk.length; // what it takes, not what is in it
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
    rocks.openIfDue(clock.now(), limits.windowMillis());
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
    dropChunk(trace);
  }

  private void dropChunk(OpenTrace trace) {
    if (trace.chunk != null) {
      heapBytes -= trace.chunk.length;
      trace.chunk = null;
      trace.chunkLength = 0;
    }
  }
}
