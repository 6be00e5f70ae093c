package io.tailrace.topology.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowedRocksTest {
  @TempDir Path parent;

  private RocksResources resources;
  private File directory;
  private WindowedRocks rocks;
  private long nanos;
  private long nanosPerReading;

  @BeforeEach
  void open() {
    resources = new RocksResources(8 << 20, this::nanoTime);
    directory = parent.resolve("store").toFile();
    rocks = WindowedRocks.forScans(resources, directory);
  }

  @AfterEach
  void close() {
    rocks.close();
    resources.close();
  }

  @Test
  void scansARowsPrefixOverWindows_inTheOrderWritten() {
    rocks.open(0);
    put(1, 20, "a");
    put(1, 30, "b");
    rocks.open(10);
    put(1, 10, "c");
    rocks.open(20);
    put(1, 40, "d");

    assertThat(scan(1, 0, 2)).containsExactly("a", "b", "c", "d");
    assertThat(scan(1, 1, 1)).containsExactly("c");
    assertThat(scan(1, 1, 9)).containsExactly("c", "d");
  }

  @Test
  void neighboursInTheKeySpaceAreNotMixedUp() {
    rocks.open(0);
    put(0x00ff, Long.MAX_VALUE, "before");
    put(0x0100, 0, "own");
    put(0x0100, -1, "own, last offset");
    put(0x0101, 0, "after");
    put(-1, -1, "last");

    assertThat(scan(0x0100, 0, 0)).containsExactly("own", "own, last offset");
    assertThat(scan(-1, 0, 0)).containsExactly("last");
    assertThat(scan(0x0102, 0, 0)).isEmpty();
  }

  @Test
  void aRowThatIsWrittenAgainIsThereOnce() {
    rocks.open(0);
    put(1, 20, "a");
    put(1, 20, "a");

    assertThat(scan(1, 0, 0)).containsExactly("a");
  }

  @Test
  void getsTheNewestRow_andNoneAfterADelete() {
    assertThat(rocks.get(key(1, 0))).as("no window yet").isNull();
    rocks.open(0);
    put(1, 0, "old");
    rocks.open(10);
    assertThat(text(rocks.get(key(1, 0)))).isEqualTo("old");
    put(1, 0, "new");
    assertThat(text(rocks.get(key(1, 0)))).isEqualTo("new");
    assertThat(rocks.get(key(2, 0))).isNull();

    rocks.delete(key(1, 0));
    assertThat(rocks.get(key(1, 0))).isNull();
  }

  @Test
  void dropsOnlyWindowsThatWereClosedBefore() {
    int first = rocks.open(0);
    put(1, 0, "first");
    int second = rocks.open(100);
    put(1, 0, "second");
    int third = rocks.open(200);
    put(1, 0, "third");
    assertThat(List.of(first, second, third)).containsExactly(0, 1, 2);

    rocks.dropClosedBefore(100);
    assertThat(scan(1, first, third)).as("closed at, not before").hasSize(3);
    rocks.dropClosedBefore(101);
    assertThat(scan(1, first, third)).containsExactly("second", "third");
    rocks.dropClosedBefore(Long.MAX_VALUE - 1);
    assertThat(scan(1, first, third)).as("the current one is open").containsExactly("third");

    assertThat(rocks.open(300)).as("numbers are not used again").isEqualTo(3);
  }

  @Test
  void opensAWindowWhenOneIsDue() {
    rocks.openIfDue(100, 10);
    put(1, 0, "first");
    rocks.openIfDue(109, 10);
    put(1, 1, "first, too");
    passes(Duration.ofHours(1));
    rocks.openIfDue(110, 10);
    put(1, 2, "second");

    assertThat(scan(1, 0, 0)).containsExactly("first", "first, too");
    assertThat(scan(1, 1, 1)).containsExactly("second");
  }

  @Test
  void makesWindowsLonger_ratherThanSpendMoreThanATenthOfTheTimeOnThem() {
    nanosPerReading =
        Duration.ofMillis(50).toNanos(); // a disk on which to open a window takes that
    rocks.openIfDue(0, 10);
    nanosPerReading = 0;

    passes(Duration.ofMillis(449));
    rocks.openIfDue(1_000, 10);
    put(1, 0, "first");
    passes(Duration.ofMillis(1));
    rocks.openIfDue(2_000, 10);
    put(1, 1, "second");

    assertThat(scan(1, 0, 0)).containsExactly("first");
    assertThat(scan(1, 1, 1)).containsExactly("second");
  }

  @Test
  void whatDroppingTakes_counts() {
    rocks.open(0);
    rocks.open(10);
    nanosPerReading = Duration.ofMillis(50).toNanos();
    rocks.dropClosedBefore(11);
    nanosPerReading = 0;

    passes(Duration.ofMillis(399));
    rocks.openIfDue(1_000, 10);
    put(1, 0, "before");
    passes(Duration.ofMillis(1));
    rocks.openIfDue(2_000, 10);
    put(1, 1, "after");

    assertThat(scan(1, 1, 1)).containsExactly("before");
    assertThat(scan(1, 2, 2)).containsExactly("after");
  }

  @Test
  void droppedWindowsGiveTheirFilesBack() {
    byte[] incompressible = new byte[1 << 16];
    new java.util.Random(3).nextBytes(incompressible);
    for (int window = 0; window < 40; window++) {
      rocks.open(window * 10L);
      for (int row = 0; row < 32; row++) {
        incompressible[row] = (byte) window;
        rocks.put(key(row, window), incompressible, incompressible.length);
      }
      rocks.dropClosedBefore(window * 10L);
    }

    // A file that is still being written is deleted after that.
    await()
        .untilAsserted(
            () -> assertThat(sizeOf(parent.toFile())).as("of 80 MiB written").isLessThan(8 << 20));
  }

  @Test
  void findsSingleRows_amongLookupsInVain() {
    try (WindowedRocks lookups =
        WindowedRocks.forLookups(resources, parent.resolve("lookups").toFile())) {
      lookups.open(0);
      for (int row = 0; row < 100; row++) {
        lookups.put(key(row, 0), bytes("a"), 1);
      }
      for (int row = 0; row < 100; row++) {
        assertThat(lookups.get(key(row, 0))).isEqualTo(bytes("a"));
        assertThat(lookups.get(key(row, 1))).isNull();
      }
      lookups.delete(key(7, 0));
      assertThat(lookups.get(key(7, 0))).isNull();
    }
  }

  @Test
  void nothingSurvivesAClose() {
    rocks.open(0);
    put(1, 0, "a");
    assertThat(directory).isNotEmptyDirectory();

    rocks.close();
    assertThat(directory).doesNotExist();

    rocks = WindowedRocks.forScans(resources, directory);
    assertThat(rocks.open(0)).isZero();
    assertThat(scan(1, 0, 0)).isEmpty();
  }

  /** There are some twenty windows a task; if they took much there would be no room for rows. */
  @Test
  void emptyWindowsTakeLittleMemory_ofLittle() {
    for (int i = 0; i < 20; i++) {
      rocks.open(i);
    }
    assertThat(resources.memoryUsed()).isLessThan(1 << 20);
    rocks.close();

    rocks = WindowedRocks.forLookups(resources, directory);
    for (int i = 0; i < 20; i++) {
      rocks.open(i);
    }
    assertThat(resources.memoryUsed()).isLessThan(1 << 20);
  }

  @Test
  void startsEmpty_onWhatAKilledProcessLeftBehind() throws Exception {
    Path left = parent.resolve("left");
    Files.createDirectories(left.resolve("archive"));
    Files.writeString(left.resolve("CURRENT"), "MANIFEST-999999\n");
    Files.writeString(left.resolve("archive").resolve("000003.log"), "garbage");

    try (WindowedRocks opened = WindowedRocks.forScans(resources, left.toFile())) {
      opened.open(0);
      assertThat(opened.get(key(1, 0))).isNull();
      opened.put(key(1, 0), bytes("a"), 1);
      assertThat(text(opened.get(key(1, 0)))).isEqualTo("a");
    }
  }

  private long nanoTime() {
    nanos += nanosPerReading;
    return nanos;
  }

  private void passes(Duration time) {
    nanos += time.toNanos();
  }

  private void put(long prefix, long offset, String value) {
    rocks.put(key(prefix, offset), bytes(value), bytes(value).length);
  }

  private List<String> scan(long prefix, int first, int last) {
    List<String> rows = new ArrayList<>();
    byte[] bytes = ByteBuffer.allocate(16).putLong(7).putLong(prefix).array();
    rocks.scan(bytes, first, last, (key, row) -> rows.add(text(row)));
    return rows;
  }

  private static byte[] key(long prefix, long offset) {
    return ByteBuffer.allocate(24).putLong(7).putLong(prefix).putLong(offset).array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Files that are deleted meanwhile have no size. */
  private static long sizeOf(File file) {
    File[] files = file.listFiles();
    return files == null
        ? file.length()
        : Arrays.stream(files).mapToLong(WindowedRocksTest::sizeOf).sum();
  }
}
