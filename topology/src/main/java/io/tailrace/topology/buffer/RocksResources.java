package io.tailrace.topology.buffer;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Shared resources of all RocksDB databases of an instance: one memory limit for write buffers and
 * cached blocks, and the options. Thread-safe after construction.
 */
public final class RocksResources implements AutoCloseable {
  private static final int PREFIX_BYTES = 16; // trace ID
  private static final double BLOOM_BITS = 10; // 1 % false positives
  private static final int WRITE_BUFFER_BYTES = 16 << 20;
  private static final int VERDICT_FILTER_BYTES =
      256 << 10; // about 13 bits per verdict in a buffer
  private static final int VERDICT_BLOCK_BYTES = 32 << 10;
  private static final int VERDICT_FILTERS =
      1024; // maximum share of the memory; there are four per task
  private static final int KEY_FILTERS = 32; // maximum share of the heap

  private final LongSupplier nanoTime;
  private final AtomicLong filterBytes =
      new AtomicLong(Runtime.getRuntime().maxMemory() / KEY_FILTERS);
  private final Cache cache;
  private final WriteBufferManager writeBuffers;
  private final BloomFilter bloom;
  private final Options options;
  private final ColumnFamilyOptions scannedWindows;
  private final ColumnFamilyOptions searchedWindows;
  private boolean closed;

  /**
   * @param memoryBytes limit for write buffers and block cache; two thirds are for write buffers
   * @param nanoTime clock that measures the maintenance of windows
   */
  public RocksResources(long memoryBytes, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    RocksDB.loadLibrary();
    cache = new LRUCache(memoryBytes);
    writeBuffers = new WriteBufferManager(memoryBytes / 3 * 2, cache);
    bloom = new BloomFilter(BLOOM_BITS);
    options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferManager(writeBuffers)
            .setAvoidFlushDuringShutdown(true) // data is not read after a close
            .setMaxOpenFiles(-1) // few windows, so few files
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            // A file that is written while its window is dropped would stay for hours.
            .setDeleteObsoleteFilesPeriodMicros(0)
            .setKeepLogFileNum(2); // the directory exists as long as the task
    scannedWindows =
        new ColumnFamilyOptions()
            .setDisableAutoCompactions(true) // a window is dropped before compaction would pay
            .setLevelZeroSlowdownWritesTrigger(1 << 20) // never compacted, so never throttle writes
            .setLevelZeroStopWritesTrigger(1 << 20)
            .setWriteBufferSize(WRITE_BUFFER_BYTES) // few, large files per window
            .setCompressionType(CompressionType.LZ4_COMPRESSION) // spans compress well at low cost
            .useFixedLengthPrefixExtractor(PREFIX_BYTES) // rows are searched by trace ID
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setCacheIndexAndFilterBlocks(true) // otherwise the limit does not include them
                    .setFilterPolicy(bloom));
    // Almost every lookup of a verdict for a first span finds nothing. Span windows have no filter:
    // their rows exist, and a filter uses memory in empty windows too.
    double filterBytes = Math.min(VERDICT_FILTER_BYTES, memoryBytes / VERDICT_FILTERS);
    searchedWindows =
        new ColumnFamilyOptions(scannedWindows)
            .setArenaBlockSize(VERDICT_BLOCK_BYTES) // otherwise a small filter would allocate 1 MiB
            .setMemtablePrefixBloomSizeRatio(filterBytes / WRITE_BUFFER_BYTES);
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }

  /** Returns the size of write buffers, which are charged to the cache, and cached blocks. */
  public synchronized long memoryUsed() {
    return closed ? 0 : cache.getUsage(); // a meter may be read after close
  }

  /** Returns the free bytes of the heap for filters of keys. */
  AtomicLong filterBytes() {
    return filterBytes;
  }

  Options options() {
    return options;
  }

  /** Returns options for windows whose rows are scanned. */
  ColumnFamilyOptions scannedWindows() {
    return scannedWindows;
  }

  /** Returns options for windows whose rows are looked up, mostly in vain. */
  ColumnFamilyOptions searchedWindows() {
    return searchedWindows;
  }

  @Override
  public synchronized void close() {
    closed = true;
    searchedWindows.close();
    scannedWindows.close();
    options.close();
    bloom.close();
    writeBuffers.close();
    cache.close();
  }
}
