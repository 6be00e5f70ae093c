package io.tailrace.topology.buffer;

import java.util.List;

/**
 * Keeps no spans: for verdicts on traces that nobody wants to have, of a log in which no span comes
 * before an earlier one.
 */
public final class NoPieces implements PieceStore {
  @Override
  public void add(BufferedTrace trace, byte[] piece, long logTime, long offset) {}

  @Override
  public List<byte[]> read(BufferedTrace trace) {
    return List.of();
  }

  @Override
  public List<HeldPiece> take(BufferedTrace trace) {
    throw new IllegalStateException(trace + ": no pieces are kept");
  }

  @Override
  public void forget(BufferedTrace trace) {}
}
