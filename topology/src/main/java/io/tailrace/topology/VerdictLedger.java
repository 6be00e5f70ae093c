package io.tailrace.topology;

import io.tailrace.serdes.Verdict;
import java.io.File;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;

/**
 * The verdicts of a task's traces, kept for the verdict retention: late spans follow them, and
 * after a restart nothing is decided twice. Changelogged with log time as record time, so that a
 * restart reads the retention's share and no more. Not thread-safe.
 */
final class VerdictLedger extends RestoredStore {
  private static final int WINDOWS_PER_RETENTION = 2; // each look-up asks one more than this

  private final String sourceTopic;
  private final long retention;
  private final RocksResources resources;
  private final byte[] key = new byte[16];

  private StateStoreContext context;
  private WindowedRocks rocks;
  private boolean open;

  VerdictLedger(
      String name,
      String sourceTopic,
      long retentionMillis,
      RocksResources resources,
      RestartPoints restartPoints) {
    super(name, restartPoints);
    this.sourceTopic = sourceTopic;
    this.retention = retentionMillis;
    this.resources = resources;
  }

  @Override
  public void init(StateStoreContext storeContext, StateStore root) {
    context = storeContext;
    rocks = new WindowedRocks(resources, new File(context.stateDir(), name()));
    context.register(root, StreamsInternals.restoringRecords(this::restore));
    open = true;
  }

  void put(long high, long low, Verdict verdict) {
    byte[] value = verdict.encode();
    byte[] ownKey = key(high, low).clone(); // the producer holds on to it
    store(ownKey, value, verdict.decidedAt());
    StreamsInternals.logChange(context, name(), ownKey, value, verdict.decidedAt());
  }

  /**
   * The verdict on this trace, or null if there is none, or none that is still kept at this log
   * time.
   */
  Verdict get(long high, long low, long logTime) {
    byte[] value = rocks.get(key(high, low));
    if (value == null) {
      return null;
    }
    Verdict verdict = Verdict.decode(value);
    return verdict.decidedAt() + retention < logTime ? null : verdict;
  }

  /** Takes a verdict back. */
  void forget(long high, long low, long logTime) {
    byte[] ownKey = key(high, low).clone();
    rocks.delete(ownKey);
    StreamsInternals.logChange(context, name(), ownKey, null, logTime);
  }

  void dropExpired(long logTime) {
    rocks.dropClosedBefore(logTime - retention);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      rocks.close();
    }
  }

  /** The first verdict that is still kept. */
  @Override
  long restoreFrom(TopicPartition changelog) {
    return restartPoints()
        .of(new TopicPartition(sourceTopic, changelog.partition()))
        .map(point -> restartPoints().offsetAt(changelog, point.oldestTime() - retention))
        .orElse(0L);
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  private void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.value() == null) {
        rocks.delete(record.key());
      } else {
        store(record.key(), record.value(), record.timestamp());
      }
    }
  }

  private void store(byte[] traceId, byte[] value, long decidedAt) {
    long window = retention / WINDOWS_PER_RETENTION;
    if (rocks.isEmpty() || decidedAt - rocks.currentOpenedAt() >= window) {
      rocks.open(decidedAt);
    }
    rocks.put(traceId, value);
  }

  private byte[] key(long high, long low) {
    ByteBuffer.wrap(key).putLong(high).putLong(low);
    return key;
  }
}
