package io.tailrace.topology.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Pieces of traces on the heap, copied into blocks one after the other, each piece linked to the
 * next of its trace. A block is used again once all in it are released, so spans are no work for
 * the garbage collector. Not thread-safe.
 */
final class PieceArena {
  /** No piece. */
  static final long NONE = -1;

  static final int MAX_BLOCK_BYTES = 64 << 10;
  private static final int MIN_BLOCK_BYTES = 4 << 10;
  private static final int BLOCKS_PER_LIMIT = 16;

  /** Position of the next piece; length of this one, log time and offset of its record. */
  private static final int FRAME_AT = Long.BYTES;

  private static final int HEADER_BYTES = FRAME_AT + HeldPiece.FRAME_BYTES;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final class Block {
    byte[] bytes;
    int used;
    int pieces; // that are not released
  }

  private final int blockBytes;
  private final List<Block> blocks = new ArrayList<>();
  private final Deque<Integer> spare = new ArrayDeque<>(); // numbers of empty blocks with bytes
  private final Deque<Integer> unused = new ArrayDeque<>(); // numbers of those without
  private int current = -1;
  private long usedBytes;

  /**
   * An empty one.
   *
   * @param limitBytes what is meant to be kept here; a block is a small part of it
   */
  PieceArena(long limitBytes) {
    blockBytes =
        (int) Math.max(MIN_BLOCK_BYTES, Math.min(MAX_BLOCK_BYTES, limitBytes / BLOCKS_PER_LIMIT));
  }

  /** Bytes of the blocks in which there are pieces, and of the one that is being filled. */
  long usedBytes() {
    return usedBytes;
  }

  /** Bytes of all blocks, those included that wait to be used again. */
  long heldBytes() {
    return usedBytes + (long) spare.size() * blockBytes;
  }

  /**
   * Adds a piece behind the one at {@code previous}, which is the last of its trace, or {@link
   * #NONE}. Returns where it is.
   *
   * @param logTime of its record
   * @param recordOffset of its record
   */
  long add(byte[] piece, long logTime, long recordOffset, long previous) {
    int needed = HEADER_BYTES + piece.length;
    int number = blockFor(needed);
    Block block = blocks.get(number);
    long position = (long) number << Integer.SIZE | block.used;
    LONG.set(block.bytes, block.used, NONE);
    HeldPiece.writeFrame(block.bytes, block.used + FRAME_AT, piece.length, logTime, recordOffset);
    System.arraycopy(piece, 0, block.bytes, block.used + HEADER_BYTES, piece.length);
    block.used += needed;
    block.pieces++;
    if (previous != NONE) {
      LONG.set(bytes(previous), offset(previous), position);
    }
    return position;
  }

  /** Copies the pieces from {@code first} on, one after the other. */
  void copy(long first, byte[] to, int toOffset) {
    int at = toOffset;
    for (long position = first; position != NONE; position = next(position)) {
      int length = HeldPiece.length(bytes(position), offset(position) + FRAME_AT);
      System.arraycopy(bytes(position), offset(position) + HEADER_BYTES, to, at, length);
      at += length;
    }
  }

  /** Copies the pieces from {@code first} on with their frames; see {@link HeldPiece}. */
  void copyFramed(long first, byte[] to, int toOffset) {
    int at = toOffset;
    for (long position = first; position != NONE; position = next(position)) {
      int from = offset(position) + FRAME_AT;
      int length = HeldPiece.FRAME_BYTES + HeldPiece.length(bytes(position), from);
      System.arraycopy(bytes(position), from, to, at, length);
      at += length;
    }
  }

  /**
   * Releases the pieces from {@code first} on.
   *
   * @param keptBytes blocks that become empty are kept while all take no more than this
   */
  void release(long first, long keptBytes) {
    long position = first;
    while (position != NONE) {
      long next = next(position);
      int number = block(position);
      Block block = blocks.get(number);
      block.pieces--;
      if (block.pieces == 0) {
        vacate(number);
      }
      position = next;
    }
    while (!spare.isEmpty() && heldBytes() > keptBytes) {
      giveUp(spare.pop());
    }
  }

  private int blockFor(int needed) {
    if (needed > blockBytes) {
      return place(new byte[needed]); // a block of its own
    }
    if (current < 0 || blockBytes - blocks.get(current).used < needed) {
      current = spare.isEmpty() ? place(new byte[blockBytes]) : reuse();
    }
    return current;
  }

  private int reuse() {
    usedBytes += blockBytes;
    return spare.pop();
  }

  private int place(byte[] bytes) {
    if (unused.isEmpty()) {
      blocks.add(new Block());
      unused.push(blocks.size() - 1);
    }
    int number = unused.pop();
    blocks.get(number).bytes = bytes;
    usedBytes += bytes.length;
    return number;
  }

  private void vacate(int number) {
    Block block = blocks.get(number);
    block.used = 0;
    usedBytes -= block.bytes.length;
    if (number == current) {
      current = -1;
    }
    if (block.bytes.length == blockBytes) {
      spare.push(number);
    } else {
      giveUp(number);
    }
  }

  private void giveUp(int number) {
    blocks.get(number).bytes = null;
    unused.push(number);
  }

  private long next(long position) {
    return (long) LONG.get(bytes(position), offset(position));
  }

  private byte[] bytes(long position) {
    return blocks.get(block(position)).bytes;
  }

  private static int block(long position) {
    return (int) (position >>> Integer.SIZE);
  }

  private static int offset(long position) {
    return (int) position;
  }
}
