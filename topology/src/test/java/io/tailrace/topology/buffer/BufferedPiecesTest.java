package io.tailrace.topology.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.sampling.DueQueue;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTrace;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BufferedPiecesTest {
  private static final int CHUNK = 8 << 10;
  private static final int HEAP = 128 << 10;
  private static final int PIECE = 990; // with its header eight fit into a block

  @TempDir Path directory;

  private final LogClock clock = new LogClock(true);
  private final DueQueue queue = new DueQueue();
  private final Random random = new Random(9);
  private final Map<BufferedTrace, ByteArrayOutputStream> expected = new HashMap<>();
  private final Map<BufferedTrace, List<HeldPiece>> held = new HashMap<>();
  private RocksResources resources;
  private WindowedRocks rocks;
  private BufferedPieces pieces;
  private long time;
  private long offset;

  @BeforeEach
  void open() {
    resources = new RocksResources(8 << 20, () -> 0);
    rocks = WindowedRocks.forScans(resources, directory.resolve("windows").toFile());
    pieces = new BufferedPieces(new BufferLimits(CHUNK, HEAP, 10_000), rocks, clock::now);
  }

  @AfterEach
  void close() {
    rocks.close();
    resources.close();
  }

  @Test
  void staysWithinItsHeap_andGivesBackWhatItWasGiven() {
    Deque<OpenTrace> open = new ArrayDeque<>();
    for (int i = 0; i < 3000; i++) {
      passMillis(20);
      open.add(newTrace());
      for (OpenTrace trace : open) {
        if (random.nextInt(100) == 0) {
          add(trace, random.nextInt(500) == 0 ? 3 * CHUNK : random.nextInt(PIECE));
        }
        assertThat(pieces.heapBytes()).isLessThanOrEqualTo(HEAP);
      }
      if (open.size() > 300) {
        OpenTrace oldest = open.poll();
        assertBytes(oldest);
        queue.remove(oldest);
        pieces.forget(oldest);
        pieces.dropDeadWindows(queue.oldest());
      }
    }
    open.forEach(this::assertBytes);
  }

  @Test
  void writesTheYoungest_butNotThoseThatHaveOnlyJustBegun() {
    List<OpenTrace> old = newTraces(20);
    passMillis(10_000);
    List<OpenTrace> young = newTraces(90);
    passMillis(3_000);
    List<OpenTrace> justBegun = new ArrayList<>();
    while (Stream.concat(old.stream(), young.stream()).noneMatch(BufferedPiecesTest::isOnDisk)) {
      justBegun.addAll(newTraces(1));
      assertThat(justBegun).as("before any is written").hasSizeLessThan(1_000);
    }

    assertThat(old).noneMatch(BufferedPiecesTest::isOnDisk);
    assertThat(young).anyMatch(BufferedPiecesTest::isOnDisk);
    assertThat(justBegun).isNotEmpty().noneMatch(BufferedPiecesTest::isOnDisk);
  }

  /** A fifth more is open than the heap holds, for three decision waits. */
  @Test
  void writesLittleMoreThanWhatHasNoRoom() {
    Deque<OpenTrace> open = new ArrayDeque<>();
    int roomFor = HEAP / PIECE * 6 / 5;
    int written = 0;
    for (int i = 0; i < 4 * roomFor; i++) {
      passMillis(50);
      open.add(newTrace());
      add(open.getLast(), PIECE);
      if (open.size() > roomFor) {
        OpenTrace oldest = open.poll();
        written += isOnDisk(oldest) ? 1 : 0;
        queue.remove(oldest);
        pieces.forget(oldest);
      }
    }
    assertThat(written).isBetween(roomFor / 2, roomFor * 3 / 2); // of three times as many
  }

  @Test
  void writesThoseThatHaveOnlyJustBegun_beforeItTakesMoreHeap() {
    for (int i = 0; i < 1000; i++) {
      add(newTrace(), PIECE);

      assertThat(pieces.heapBytes()).isLessThanOrEqualTo(HEAP);
    }
    expected.keySet().forEach(this::assertBytes);
  }

  @Test
  void handsOverEachPieceWithItsTimeAndOffset_andReadsNoneOfThemAgain() {
    BufferedTrace trace = newTrace();
    for (int i = 0; i < 60; i++) {
      passMillis(7);
      add(trace, random.nextInt(PIECE));
    }
    assertThat(isOnDisk(trace)).isTrue();
    BufferedTrace again = new OpenTrace(trace.high, trace.low, time, trace.firstOffset);
    again.firstWindow = trace.firstWindow;
    again.lastWindow = trace.lastWindow;

    assertThat(pieces.take(trace))
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(held.get(trace));
    assertThat(pieces.read(trace)).isEmpty();
    assertThat(pieces.read(again)).isEmpty();
  }

  private List<OpenTrace> newTraces(int count) {
    List<OpenTrace> traces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      traces.add(newTrace());
      add(traces.get(i), PIECE);
    }
    return traces;
  }

  private static boolean isOnDisk(BufferedTrace trace) {
    return trace.firstWindow != BufferedTrace.NO_WINDOW;
  }

  private void passMillis(long millis) {
    time += millis;
    clock.observe(time);
  }

  private OpenTrace newTrace() {
    OpenTrace trace = new OpenTrace(random.nextLong(), random.nextLong(), clock.now(), offset);
    queue.add(trace);
    return trace;
  }

  private void add(BufferedTrace trace, int length) {
    byte[] piece = new byte[length];
    random.nextBytes(piece);
    expected.computeIfAbsent(trace, t -> new ByteArrayOutputStream()).writeBytes(piece);
    pieces.add(trace, piece, time, offset++);
    held.computeIfAbsent(trace, t -> new ArrayList<>()).add(new HeldPiece(time, offset - 1, piece));
  }

  private void assertBytes(BufferedTrace trace) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    pieces.read(trace).forEach(read::writeBytes);
    ByteArrayOutputStream given = expected.getOrDefault(trace, new ByteArrayOutputStream());
    assertThat(read.toByteArray()).isEqualTo(given.toByteArray());
  }
}
