package io.tailrace.topology.buffer;

import io.tailrace.serdes.TraceId;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
import java.util.concurrent.atomic.AtomicLong;
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
    final @Nullable KeyFilter prefixes;
    final long openedAt;
    long closedAt = Long.MAX_VALUE;

    Window(int number, ColumnFamilyHandle family, @Nullable KeyFilter prefixes, long openedAt) {
      this.number = number;
      this.family = family;
      this.prefixes = prefixes;
      this.openedAt = openedAt;
    }

    void add(byte[] key) {
      if (prefixes != null) {
        prefixes.add(prefixHash(key));
      }
    }

    boolean mayContain(long prefixHash) {
      return prefixes == null || prefixes.mayContain(prefixHash);
    }

    void close() {
      family.close();
      if (prefixes != null) {
        prefixes.close();
      }
    }
  }

  private static final int SHARE_OF_TIME = 10; // maintenance may take a tenth of the time

  private final ColumnFamilyOptions windowOptions;
  private final @Nullable AtomicLong filterBytes;
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

  private WindowedRocks(
      RocksResources resources,
      ColumnFamilyOptions windowOptions,
      @Nullable AtomicLong filterBytes,
      File directory) {
    this.windowOptions = windowOptions;
    this.filterBytes = filterBytes;
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

  /** Creates an empty store for rows that are scanned and exist. */
  public static WindowedRocks forScans(RocksResources resources, File directory) {
    return new WindowedRocks(resources, resources.scannedWindows(), null, directory);
  }

  /** Creates an empty store for rows that are looked up, mostly in vain. */
  static WindowedRocks forLookups(RocksResources resources, File directory) {
    return new WindowedRocks(
        resources, resources.searchedWindows(), resources.filterBytes(), directory);
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
      windows.add(new Window(number, family, newFilter(), logTime));
    } catch (RocksDBException e) {
      throw failed("open a window", e);
    }
    upkeepNanos = nanoTime.getAsLong() - lastOpenedAt;
    return number;
  }

  /** Returns a filter for as many rows as the current window has, and a quarter more. */
  private @Nullable KeyFilter newFilter() {
    if (filterBytes == null) {
      return null;
    }
    KeyFilter last = windows.isEmpty() ? null : windows.getLast().prefixes;
    return new KeyFilter(filterBytes, last == null ? 0 : last.size() / 4 * 5);
  }

  /**
   * Puts a row of the first {@code length} bytes into the current window, and returns that window's
   * number.
   */
  int put(byte[] key, byte[] value, int length) {
    Window current = windows.getLast();
    try {
      db.put(current.family, write, key, 0, key.length, value, 0, length);
      current.add(key);
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
    Window current = windows.getLast();
    batch.clear();
    rows.accept(
        (key, value) -> {
          try {
            batch.put(current.family, key, value);
            current.add(key);
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
    long hash = prefixHash(key);
    try {
      for (Iterator<Window> newestFirst = windows.descendingIterator(); newestFirst.hasNext(); ) {
        Window window = newestFirst.next();
        if (window.mayContain(hash)) {
          byte[] value = db.get(window.family, read, key);
          if (value != null) {
            return value;
          }
        }
      }
      return null;
    } catch (RocksDBException e) {
      throw failed("read", e);
    }
  }

  void delete(byte[] key) {
    long hash = prefixHash(key);
    try {
      for (Window window : windows) {
        if (window.mayContain(hash)) {
          db.delete(window.family, write, key);
        }
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
    List<Window> dropped = new ArrayList<>();
    while (!windows.isEmpty() && windows.getFirst().closedAt < logTime) {
      dropped.add(windows.removeFirst());
    }
    try {
      db.dropColumnFamilies(dropped.stream().map(window -> window.family).toList());
    } catch (RocksDBException e) {
      throw failed("drop windows", e);
    } finally {
      dropped.forEach(Window::close);
    }
    upkeepNanos += nanoTime.getAsLong() - from;
  }

  @Override
  public void close() {
    windows.forEach(Window::close);
    windows.clear();
    read.close();
    batch.close();
    write.close();
    db.close();
    deleteDirectory();
  }

  private static long prefixHash(byte[] key) {
    ByteBuffer prefix = ByteBuffer.wrap(key);
    return TraceId.mixed(prefix.getLong(), prefix.getLong());
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
