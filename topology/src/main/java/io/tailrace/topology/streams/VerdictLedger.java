package io.tailrace.topology.streams;

import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictBlock;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.buffer.VerdictRows;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.Topics;
import io.tailrace.topology.sampling.Verdicts;
import java.io.File;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.jspecify.annotations.Nullable;

/**
 * Store of the verdicts of a task. Late spans follow verdicts, and after a restart no trace is
 * decided twice. The changelog has records of some hundred changes, the last before each commit.
 * Their time is the latest log time in them, so a restart reads one retention only. Not
 * thread-safe.
 */
public final class VerdictLedger extends RestoredStore implements StreamsInternals.BeforeCommit {
  private static final int BLOCK_BYTES = 16 << 10;

  private final String sourceTopic;
  private final boolean exactlyOnce;
  private final long retention;
  private final RocksResources resources;

  private StateStoreContext context;
  private VerdictBlock block;
  private Optional<RestartPoint> restart = Optional.empty();
  private VerdictRows rows;
  private Verdicts verdicts;
  private boolean open;
  private Runnable beforeCommit = () -> {};
  private long blockTime;

  /**
   * @param exactlyOnce whether the changelog contains the verdicts of the commit only
   */
  VerdictLedger(
      String name,
      String sourceTopic,
      boolean exactlyOnce,
      long retentionMillis,
      RocksResources resources,
      RestartPoints restartPoints) {
    super(name, restartPoints);
    this.sourceTopic = sourceTopic;
    this.exactlyOnce = exactlyOnce;
    this.retention = retentionMillis;
    this.resources = resources;
  }

  /**
   * Returns the time for which verdicts are stored: as long as spans can be read again, so that the
   * last verdicts are still available after a long stop.
   */
  public static Map<String, String> topicConfig(TailraceConfig config, Topics.Source source) {
    Duration verdicts = config.get(Settings.VERDICT_RETENTION);
    long retention = source.retention().map(spans -> spans.plus(verdicts).toMillis()).orElse(-1L);
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_DELETE,
        TopicConfig.RETENTION_MS_CONFIG,
        Long.toString(retention));
  }

  @Override
  public void init(StateStoreContext storeContext, StateStore root) {
    context = storeContext;
    block = new VerdictBlock(); // Streams revives stores; what was not committed is made again
    blockTime = Long.MIN_VALUE;
    restart = restartPoints().of(new TopicPartition(sourceTopic, context.taskId().partition()));
    rows = new VerdictRows(resources, new File(context.stateDir(), name()));
    verdicts =
        new Verdicts(
            retention,
            exactlyOnce
                ? Verdict.NEVER
                : restart.map(RestartPoint::committedOffset).orElse(Verdict.NEVER),
            rows,
            this::changed);
    context.register(root, StreamsInternals.restoringRecords(this::restore));
    open = true;
  }

  Verdicts verdicts() {
    return verdicts;
  }

  /** Sets what is done before each commit, for what is saved with the verdicts. */
  void beforeCommit(Runnable action) {
    beforeCommit = action;
  }

  @Override
  public void beforeCommit() {
    beforeCommit.run();
    if (block.bytes() > 0) {
      write();
    }
  }

  private void changed(long high, long low, byte @Nullable [] verdict, long logTime) {
    block.add(high, low, verdict);
    blockTime = Math.max(blockTime, logTime);
    if (block.bytes() >= BLOCK_BYTES) {
      write();
    }
  }

  private void write() {
    StreamsInternals.logChange(context, name(), VerdictBlock.key(), block.take(), blockTime);
    blockTime = Long.MIN_VALUE;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      rows.close();
    }
  }

  /**
   * Returns the log time of the first verdict that is valid, or that restored spans follow or were
   * decided by.
   */
  @Override
  long restoreFrom(TopicPartition changelog) {
    return restart
        .map(point -> restartPoints().offsetAt(changelog, point.verdictsFrom(retention)))
        .orElse(0L);
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  private void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      VerdictBlock.read(record.key(), record.value(), verdicts::restore);
    }
  }
}
