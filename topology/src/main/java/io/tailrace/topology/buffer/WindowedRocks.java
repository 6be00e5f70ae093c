package io.tailrace.topology.buffer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Stores rows in time windows. Each window is a column family that is dropped as a whole. Keys
 * start with a 16-byte prefix. Data can be restored from Kafka: there is no write-ahead log, and
 * the store is empty after opening. Not thread-safe.
 *
 * <p>Opening or dropping a window needs some synchronous writes. In a catch-up, log time advances
 * quickly, and a slow disk would stop progress. Windows therefore become longer if this maintenance
 * exceeds a tenth of the time.
 */
public final class WindowedRocks implements AutoCloseable {
  /** Receives a row. */
  interface RowConsumer {
    void row(byte[] key, byte[] value);
  }

  private static final class Window {
    final int number;
    final ColumnFamilyHandle family;
    final long openedAt;
    long closedAt = Long.MAX_VALUE;

    Window(int number, ColumnFamilyHandle family, long openedAt) {
      this.number = number;
      this.family = family;
      this.openedAt = openedAt;
    }
  }

  private static final int SHARE_OF_TIME = 10; // maintenance may take a tenth of the time

  private final ColumnFamilyOptions windowOptions;
  private final Path directory;
  private final LongSupplier nanoTime;
  private final RocksDB db;
  private final WriteOptions write = new WriteOptions().setDisableWAL(true);
  private final ReadOptions read = new ReadOptions().setPrefixSameAsStart(true);
  private final WriteBatch batch = new WriteBatch();
  private final Deque<Window> windows = new ArrayDeque<>();
  private int nextNumber;
  private long lastOpenedAt; // in nanoTime
  private long upkeepNanos; // of the last opening and later drops

  /**
   * Creates an empty store.
   *
   * @param windowOptions options from the resources for the stored rows
   */
  public WindowedRocks(
      RocksResources resources, ColumnFamilyOptions windowOptions, File directory) {
    this.windowOptions = windowOptions;
    this.directory = directory.toPath();
    this.nanoTime = resources.nanoTime();
    deleteDirectory();
    try {
      Files.createDirectories(this.directory);
      db = RocksDB.open(resources.options(), directory.getPath());
    } catch (RocksDBException | IOException e) {
      throw new ProcessorStateException("cannot open a state store in " + directory, e);
    }
  }

  /** Opens a window if there is none, or if the current one does not cover this log time. */
  void openIfDue(long logTime, long windowMillis) {
    if (windows.isEmpty()
        || (logTime - windows.getLast().openedAt >= windowMillis
            && nanoTime.getAsLong() - lastOpenedAt >= SHARE_OF_TIME * upkeepNanos)) {
      open(logTime);
    }
  }

  /** Opens a new current window at this log time and returns its number. */
  int open(long logTime) {
    if (!windows.isEmpty()) {
      windows.getLast().closedAt = logTime;
    }
    lastOpenedAt = nanoTime.getAsLong();
    int number = nextNumber++;
    try {
      ColumnFamilyHandle family =
          db.createColumnFamily(
              new ColumnFamilyDescriptor(
                  Integer.toString(number).getBytes(StandardCharsets.US_ASCII), windowOptions));
      windows.add(new Window(number, family, logTime));
    } catch (RocksDBException e) {
      throw failed("open a window", e);
    }
    upkeepNanos = nanoTime.getAsLong() - lastOpenedAt;
    return number;
  }

  /**
   * Puts a row of the first {@code length} bytes into the current window, and returns that window's
   * number.
   */
  int put(byte[] key, byte[] value, int length) {
    Window current = windows.getLast();
    try {
      db.put(current.family, write, key, 0, key.length, value, 0, length);
    } catch (RocksDBException e) {
      throw failed("write", e);
    }
    return current.number;
  }

  /**
   * Puts all rows that {@code rows} passes into the current window at once. Takes least time in
   * ascending order of the keys, which may be reused.
   */
  void putAll(Consumer<RowConsumer> rows) {
    ColumnFamilyHandle family = windows.getLast().family;
    batch.clear();
    rows.accept(
        (key, value) -> {
          try {
            batch.put(family, key, value);
          } catch (RocksDBException e) {
            throw failed("write", e);
          }
        });
    try {
      db.write(write, batch);
    } catch (RocksDBException e) {
      throw failed("write", e);
    }
  }

  /** Returns the row with this key from the newest window that contains it, or null. */
  byte @Nullable [] get(byte[] key) {
    try {
      for (Iterator<Window> newestFirst = windows.descendingIterator(); newestFirst.hasNext(); ) {
        byte[] value = db.get(newestFirst.next().family, read, key);
        if (value != null) {
          return value;
        }
      }
      return null;
    } catch (RocksDBException e) {
      throw failed("read", e);
    }
  }

  void delete(byte[] key) {
    try {
      for (Window window : windows) {
        db.delete(window.family, write, key);
      }
    } catch (RocksDBException e) {
      throw failed("delete", e);
    }
  }

  /**
   * Passes the rows with this prefix to {@code rows}, from the first to the last window, in key
   * order.
   */
  void scan(byte[] prefix, int first, int last, RowConsumer rows) {
    for (Window window : windows) {
      if (window.number < first || window.number > last) {
        continue;
      }
      try (RocksIterator row = db.newIterator(window.family, read)) {
        for (row.seek(prefix); row.isValid() && startsWith(row.key(), prefix); row.next()) {
          rows.row(row.key(), row.value());
        }
        row.status();
      } catch (RocksDBException e) {
        throw failed("read", e);
      }
    }
  }

  /** Drops the windows that were closed before this log time. */
  void dropClosedBefore(long logTime) {
    if (windows.isEmpty() || windows.getFirst().closedAt >= logTime) {
      return;
    }
    long from = nanoTime.getAsLong();
    List<ColumnFamilyHandle> dropped = new ArrayList<>();
    while (!windows.isEmpty() && windows.getFirst().closedAt < logTime) {
      dropped.add(windows.removeFirst().family);
    }
    try {
      db.dropColumnFamilies(dropped);
    } catch (RocksDBException e) {
      throw failed("drop windows", e);
    } finally {
      dropped.forEach(ColumnFamilyHandle::close);
    }
    upkeepNanos += nanoTime.getAsLong() - from;
  }

  @Override
  public void close() {
    windows.forEach(window -> window.family.close());
    windows.clear();
    read.close();
    batch.close();
    write.close();
    db.close();
    deleteDirectory();
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private ProcessorStateException failed(String action, RocksDBException e) {
    return new ProcessorStateException("cannot " + action + " in " + directory, e);
  }

  private void deleteDirectory() {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }
}
