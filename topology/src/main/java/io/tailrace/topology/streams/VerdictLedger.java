package io.tailrace.topology.streams;

import io.tailrace.serdes.Verdict;
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

/**
 * Store of the verdicts of a task. Late spans follow verdicts, and after a restart no trace is
 * decided twice. The changelog uses log time as record time, so a restart reads one retention only.
 * Not thread-safe.
 */
public final class VerdictLedger extends RestoredStore implements StreamsInternals.BeforeCommit {
  private final String sourceTopic;
  private final boolean exactlyOnce;
  private final long retention;
  private final RocksResources resources;

  private Optional<RestartPoint> restart = Optional.empty();
  private VerdictRows rows;
  private Verdicts verdicts;
  private boolean open;
  private Runnable beforeCommit = () -> {};

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
  public void init(StateStoreContext context, StateStore root) {
    restart = restartPoints().of(new TopicPartition(sourceTopic, context.taskId().partition()));
    rows = new VerdictRows(resources, new File(context.stateDir(), name()));
    verdicts =
        new Verdicts(
            retention,
            exactlyOnce
                ? Verdict.NEVER
                : restart.map(RestartPoint::committedOffset).orElse(Verdict.NEVER),
            rows,
            (traceId, verdict, logTime) ->
                StreamsInternals.logChange(context, name(), traceId, verdict, logTime));
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
      verdicts.restore(record.key(), record.value());
    }
  }
}
