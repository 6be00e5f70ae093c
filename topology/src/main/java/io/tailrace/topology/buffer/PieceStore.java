package io.tailrace.topology.buffer;

import java.util.List;

/** Stores the span bytes of open traces until their decision. */
public interface PieceStore {
  /** Adds the span bytes of a trace from the record at this offset. */
  void add(BufferedTrace trace, byte[] piece, long logTime, long offset);

  /** Returns the span bytes of a trace in order of arrival. */
  List<byte[]> read(BufferedTrace trace);

  /** Returns the pieces of a trace in order of arrival. */
  List<HeldPiece> pieces(BufferedTrace trace);

  /** Removes and returns the pieces of a trace in order of arrival. */
  List<HeldPiece> take(BufferedTrace trace);

  void forget(BufferedTrace trace);
}
