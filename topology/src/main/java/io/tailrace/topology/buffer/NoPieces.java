package io.tailrace.topology.buffer;

import java.util.List;

/** Stores no span bytes. For simulations, which need only verdicts, on a log in time order. */
public final class NoPieces implements PieceStore {
  @Override
  public void add(BufferedTrace trace, byte[] piece, long logTime, long offset) {}

  @Override
  public List<byte[]> read(BufferedTrace trace) {
    return List.of();
  }

  @Override
  public List<HeldPiece> pieces(BufferedTrace trace) {
    throw new IllegalStateException(trace + ": span bytes are not stored");
  }

  @Override
  public List<HeldPiece> take(BufferedTrace trace) {
    throw new IllegalStateException(trace + ": span bytes are not stored");
  }

  @Override
  public void forget(BufferedTrace trace) {}
}
