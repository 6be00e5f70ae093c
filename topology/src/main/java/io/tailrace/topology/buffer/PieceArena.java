package io.tailrace.topology.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Stores pieces of traces in heap blocks. Each piece links to the next of its trace. A block is
 * reused after all of its pieces are released, so span bytes cause no work for the garbage
 * collector. Not thread-safe.
 */
final class PieceArena {
  /** No piece. */
  static final long NONE = -1;

  static final int MAX_BLOCK_BYTES = 64 << 10;
  private static final int MIN_BLOCK_BYTES = 4 << 10;
  private static final int BLOCKS_PER_LIMIT = 16;

  /** Layout: position of the next piece, then length, log time and offset of this one. */
  private static final int FRAME_AT = Long.BYTES;

  private static final int HEADER_BYTES = FRAME_AT + HeldPiece.FRAME_BYTES;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final byte[] NO_BYTES = {}; // of a block without memory

  private static final class Block {
    byte[] bytes = NO_BYTES;
    int used;
    int pieces; // not released yet
  }

  private final int blockBytes;
  private final List<Block> blocks = new ArrayList<>();
  private final Deque<Integer> spare = new ArrayDeque<>(); // numbers of empty allocated blocks
  private final Deque<Integer> unused = new ArrayDeque<>(); // numbers of unallocated blocks
  private int current = -1;
  private long usedBytes;

  /**
   * Creates an empty arena.
   *
   * @param limitBytes expected size; a block is a small part of it
   */
  PieceArena(long limitBytes) {
    blockBytes =
        (int) Math.max(MIN_BLOCK_BYTES, Math.min(MAX_BLOCK_BYTES, limitBytes / BLOCKS_PER_LIMIT));
  }

  /** Returns the size of blocks with pieces and of the current block. */
  long usedBytes() {
    return usedBytes;
  }

  /** Returns the size of all blocks, including free ones. */
  long heldBytes() {
    return usedBytes + (long) spare.size() * blockBytes;
  }

  /**
   * Adds a piece after the one at {@code previous}, the last of its trace, or {@link #NONE}.
   * Returns its position.
   *
   * @param logTime log time of its record
   * @param recordOffset offset of its record
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

  /** Copies the pieces from {@code first} on, concatenated. */
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
   * @param keptBytes empty blocks are kept while the total size does not exceed this
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
      return place(new byte[needed]); // a separate block
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
    blocks.get(number).bytes = NO_BYTES;
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
