package io.tailrace.topology.buffer;

import java.util.List;

/** Where the spans of open traces are kept until they are judged. */
public interface PieceStore {
  /** Adds what the record at this offset has of a trace. */
  void add(BufferedTrace trace, byte[] piece, long logTime, long offset);

  /** The bytes of a trace, in the order in which they came. */
  List<byte[]> read(BufferedTrace trace);

  /** Takes out the pieces of a trace, in the order in which they came. */
  List<HeldPiece> take(BufferedTrace trace);

  void forget(BufferedTrace trace);
}
