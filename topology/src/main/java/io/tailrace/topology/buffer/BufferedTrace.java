package io.tailrace.topology.buffer;

/** What the span buffer notes of a trace: where its span bytes are. Plain data, not thread-safe. */
public abstract class BufferedTrace {
  static final int NO_WINDOW = -1;

  public final long high;
  public final long low;

  /** Least log time of its records. */
  public long firstSeen;

  /** Offset of the record that opened it. */
  public final long firstOffset;

  /** Where in the {@link PieceArena} the pieces lie that came since the last row was written. */
  long firstPiece = PieceArena.NONE;

  long lastPiece = PieceArena.NONE;

  /** Bytes and number of these pieces, and the offset of the first one's record. */
  int chunkLength;

  int chunkPieces;
  long chunkOffset;

  // Links of the list of those that have such pieces.
  BufferedTrace previousChunk;
  BufferedTrace nextChunk;

  /** First and last window with a row of this trace. */
  int firstWindow = NO_WINDOW;

  int lastWindow = NO_WINDOW;

  public BufferedTrace(long high, long low, long firstSeen, long firstOffset) {
    this.high = high;
    this.low = low;
    this.firstSeen = firstSeen;
    this.firstOffset = firstOffset;
  }
}
