package io.tailrace.topology.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PieceArenaTest {
  private static final int BLOCK = PieceArena.MAX_BLOCK_BYTES;
  private static final long LIMIT = 16L * BLOCK;

  private final PieceArena arena = new PieceArena(LIMIT);
  private final Random random = new Random(3);

  @Test
  void keepsWhatItWasGiven_whateverComesAndGoesBeside() {
    List<Chain> chains = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      int which = random.nextInt(60);
      if (which >= chains.size()) {
        chains.add(new Chain());
      } else if (random.nextInt(6) == 0) {
        chains.remove(which).check().release();
      } else {
        chains.get(which).add(random.nextInt(100) == 0 ? 2 * BLOCK : random.nextInt(3000));
      }
    }
    assertThat(chains).hasSizeGreaterThan(10);
    chains.forEach(chain -> chain.check().release());

    assertThat(arena.usedBytes()).isZero();
    assertThat(arena.heldBytes()).isBetween((long) BLOCK, LIMIT);
  }

  @Test
  void countsWholeBlocks_notOnlyWhatIsInThem() {
    Chain chain = new Chain();
    chain.add(1);
    assertThat(arena.usedBytes()).isEqualTo(BLOCK);

    chain.add(BLOCK);
    assertThat(arena.usedBytes()).as("one of its own").isGreaterThan(2 * BLOCK);

    chain.add(1);
    assertThat(arena.usedBytes()).as("goes on in the first").isLessThan(3 * BLOCK);
  }

  @Test
  void takesBlocksAgain_insteadOfNewOnes() {
    for (int i = 0; i < 1000; i++) {
      Chain first = new Chain();
      Chain second = new Chain();
      for (int piece = 0; piece < 100; piece++) {
        first.add(1000);
        second.add(1000);
      }
      first.release();
      second.release();

      assertThat(arena.heldBytes()).isLessThanOrEqualTo(4 * BLOCK);
    }
  }

  @Test
  void givesUpEmptyBlocks_whenItMayKeepLess() {
    Chain chain = new Chain();
    for (int i = 0; i < 8; i++) {
      chain.add(BLOCK - 100);
    }
    arena.release(chain.first, 3L * BLOCK);

    assertThat(arena.usedBytes()).isZero();
    assertThat(arena.heldBytes()).isEqualTo(3L * BLOCK);
  }

  @Test
  void makesSmallBlocks_whereLittleMayBeKept() {
    PieceArena small = new PieceArena(1);

    small.add(new byte[1], 0, 0, PieceArena.NONE);

    assertThat(small.usedBytes()).isEqualTo(4 << 10);
  }

  private final class Chain {
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private long first = PieceArena.NONE;
    private long last = PieceArena.NONE;

    void add(int length) {
      byte[] piece = new byte[length];
      random.nextBytes(piece);
      expected.writeBytes(piece);
      last = arena.add(piece, 0, 0, last);
      first = first == PieceArena.NONE ? last : first;
    }

    Chain check() {
      byte[] copied = new byte[expected.size() + 1];
      arena.copy(first, copied, 1);
      assertThat(
              Arrays.equals(copied, 1, copied.length, expected.toByteArray(), 0, expected.size()))
          .isTrue();
      return this;
    }

    void release() {
      arena.release(first, LIMIT);
    }
  }
}
