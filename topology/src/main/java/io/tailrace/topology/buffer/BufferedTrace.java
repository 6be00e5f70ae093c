package io.tailrace.topology.buffer;

import org.jspecify.annotations.Nullable;

/**
 * State of a trace in the span buffer: the position of its span bytes. Plain data, not thread-safe.
 */
public abstract class BufferedTrace {
  static final int NO_WINDOW = -1;

  public final long high;
  public final long low;

  /** Lowest log time of its records. */
  public long firstSeen;

  /**
   * Greatest record time when it was opened, or when a former trace with the same place in the
   * order of opening was. Its span bytes, and those of all traces opened after it, were written
   * later.
   */
  public long openedAt;

  /** Offset of the record that opened it. */
  public final long firstOffset;

  /** Position in the {@link PieceArena} of the pieces since the last written row. */
  long firstPiece = PieceArena.NONE;

  long lastPiece = PieceArena.NONE;

  /** Size and number of these pieces, and the offset of the first record. */
  int chunkLength;

  int chunkPieces;
  long chunkOffset;

  // Links of the list of traces with such pieces.
  @Nullable BufferedTrace previousChunk;
  @Nullable BufferedTrace nextChunk;

  /** First and last window with a row of this trace. */
  int firstWindow = NO_WINDOW;

  int lastWindow = NO_WINDOW;

  public BufferedTrace(long high, long low, long firstSeen, long firstOffset) {
    this.high = high;
    this.low = low;
    this.firstSeen = firstSeen;
    this.openedAt = firstSeen;
    this.firstOffset = firstOffset;
  }
}
