package io.tailrace.topology.buffer;

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
 * What all RocksDB instances of an engine share: one bound on memory for write buffers and cached
 * blocks together, and the settings. Thread-safe once built.
 */
public final class RocksResources implements AutoCloseable {
  private static final int PREFIX_BYTES = 16; // a trace id
  private static final double BLOOM_BITS = 10; // 1 % false positives
  private static final int WRITE_BUFFER_BYTES = 16 << 20;
  private static final int VERDICT_FILTER_BYTES = 256 << 10; // some 13 bits a verdict in a buffer
  private static final int VERDICT_BLOCK_BYTES = 32 << 10;
  private static final int VERDICT_FILTERS = 1024; // in all the memory; there are four a task

  private final LongSupplier nanoTime;
  private final Cache cache;
  private final WriteBufferManager writeBuffers;
  private final BloomFilter bloom;
  private final Options options;
  private final ColumnFamilyOptions spanWindows;
  private final ColumnFamilyOptions verdictWindows;
  private boolean closed;

  /**
   * @param memoryBytes bound on write buffers and block cache together; two thirds go to the former
   * @param nanoTime tells what the upkeep of windows takes
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
            .setAvoidFlushDuringShutdown(true) // nothing is read after a close
            .setMaxOpenFiles(-1) // windows are few, their files too
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2); // the directory lives as long as the task
    spanWindows =
        new ColumnFamilyOptions()
            .setDisableAutoCompactions(true) // a window is dropped before compaction would pay
            .setLevelZeroSlowdownWritesTrigger(
                1 << 20) // never compacted, so never slow down for it
            .setLevelZeroStopWritesTrigger(1 << 20)
            .setWriteBufferSize(WRITE_BUFFER_BYTES) // few, large files a window
            .setCompressionType(CompressionType.LZ4_COMPRESSION) // spans repeat themselves; cheap
            .useFixedLengthPrefixExtractor(PREFIX_BYTES) // rows are sought by trace id
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setCacheIndexAndFilterBlocks(true) // or they escape the bound
                    .setFilterPolicy(bloom));
    // Nearly every look-up, by a trace's first span for a verdict, finds nothing. Not for spans:
    // they are looked for where they are, and a filter takes its memory in empty windows, too.
    double filterBytes = Math.min(VERDICT_FILTER_BYTES, memoryBytes / VERDICT_FILTERS);
    verdictWindows =
        new ColumnFamilyOptions(spanWindows)
            .setArenaBlockSize(VERDICT_BLOCK_BYTES) // a small filter would take a whole MiB
            .setMemtablePrefixBloomSizeRatio(filterBytes / WRITE_BUFFER_BYTES);
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }

  /** Bytes of write buffers, which the cache is charged with, and cached blocks. */
  public synchronized long memoryUsed() {
    return closed ? 0 : cache.getUsage(); // a meter may be looked at for longer than it is here
  }

  Options options() {
    return options;
  }

  /** For windows with rows of spans. */
  public ColumnFamilyOptions spanWindows() {
    return spanWindows;
  }

  /** For windows with verdicts, which are looked for before there are any. */
  public ColumnFamilyOptions verdictWindows() {
    return verdictWindows;
  }

  @Override
  public synchronized void close() {
    closed = true;
    verdictWindows.close();
    spanWindows.close();
    options.close();
    bloom.close();
    writeBuffers.close();
    cache.close();
  }
}
