package io.tailrace.topology.keep;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictBlock;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.kafka.ClientThread;
import io.tailrace.topology.kafka.KafkaFaults;
import io.tailrace.topology.kafka.Pace;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.kafka.SourceLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads traces back with its own threads and consumers. One pass over a partition, from the first
 * to the last required offset, serves pending requests. For a trace that can be exported in part,
 * the ledger's changelog shows earlier exports; these slow searches have their own thread. Failures
 * are retried. Thread-safe.
 */
public final class LogSearch implements KeepSearch, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogSearch.class);
  private static final long MAX_BYTES_PER_SECOND = 64 << 20; // sampling has priority

  /** Traces of one pass. Each has up to 1 MiB on the heap until the end of the pass. */
  private static final int MAX_TARGETS = 100;

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration TO_COMMIT = Duration.ofMinutes(1);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final String sourceTopic;
  private final String ledgerTopic;
  private final PartitionOfTrace partitions;
  private final long verdictRetention;
  private final SearchThread known = new SearchThread("tailrace-keep-read");
  private final SearchThread unknown = new SearchThread("tailrace-keep-search");
  private volatile boolean closed;

  private record Job(int partition, ReadBack.Target target) {}

  /**
   * @param consumers creates consumers without a group, with the isolation level of instances
   * @param ledgerTopic changelog topic of the verdict ledger
   * @param verdictRetention retention of verdicts in milliseconds
   */
  public LogSearch(
      Supplier<Consumer<byte[], byte[]>> consumers,
      String sourceTopic,
      String ledgerTopic,
      PartitionOfTrace partitions,
      long verdictRetention) {
    this.verdictRetention = verdictRetention;
    this.consumers = consumers;
    this.sourceTopic = sourceTopic;
    this.ledgerTopic = ledgerTopic;
    this.partitions = partitions;
  }

  public void start() {
    known.thread.start();
    unknown.thread.start();
  }

  @Override
  public Task open(int partition, java.util.function.Consumer<Found> to) {
    return new Task() {
      private final Set<ReadBack.Target> targets = ConcurrentHashMap.newKeySet();

      @Override
      public void submit(WantedTrace trace) {
        targets.removeIf(ReadBack.Target::isDone);
        ReadBack.Target target = ReadBack.target(trace, verdictRetention, to);
        targets.add(target);
        (trace.searched() ? unknown : known).jobs.add(new Job(partition, target));
      }

      @Override
      public void close() {
        targets.forEach(ReadBack.Target::cancel);
      }
    };
  }

  @Override
  public void close() {
    closed = true;
    known.thread.close();
    unknown.thread.close();
  }

  /** A thread with its queue. */
  private final class SearchThread {
    private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
    private final ClientThread thread;
    private volatile @Nullable Consumer<byte[], byte[]> reading;

    SearchThread(String name) {
      thread = new ClientThread(name, this::turn, this::wakeUp, () -> {});
    }

    private void wakeUp() {
      Consumer<byte[], byte[]> consumer = reading;
      if (consumer != null) {
        consumer.wakeup();
      }
    }

    private Duration turn() throws InterruptedException {
      Job first = jobs.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
      if (first == null) {
        return Duration.ZERO;
      }
      List<ReadBack.Target> targets = withOthersOf(first);
      if (targets.isEmpty() || searched(first.partition, targets)) {
        return Duration.ZERO;
      }
      targets.forEach(target -> jobs.add(new Job(first.partition, target)));
      return RETRY;
    }

    /** Adds other requests for the same partition. */
    private List<ReadBack.Target> withOthersOf(Job first) {
      List<Job> all = new ArrayList<>(List.of(first));
      jobs.drainTo(all);
      List<ReadBack.Target> targets = new ArrayList<>();
      Set<TraceId> ids = new HashSet<>();
      for (Job job : all) {
        if (job.target.isDone()) {
          continue;
        }
        if (job.partition == first.partition
            && targets.size() < MAX_TARGETS
            && ids.add(job.target.trace().id())) {
          targets.add(job.target);
        } else {
          jobs.add(job);
        }
      }
      return targets;
    }

    /** Searches a partition. Returns false if the search must be retried. */
    private boolean searched(int partition, List<ReadBack.Target> targets) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        reading = consumer;
        search(consumer, partition, targets);
        return true;
      } catch (WakeupException | InterruptException e) {
        return false; // closed
      } catch (RuntimeException e) { // nothing may end the thread that others wait for
        LOG.atWarn()
            .addKeyValue("partition", partition)
            .log(
                "cannot read traces back, retrying: {}",
                KafkaFaults.explain(e).orElse(e.toString()));
        return false;
      } finally {
        reading = null;
      }
    }
  }

  private void search(
      Consumer<byte[], byte[]> consumer, int partition, List<ReadBack.Target> targets) {
    Map<TraceId, ReadBack.Target> withHistory = new HashMap<>();
    Map<TraceId, VerdictHistory> histories = new HashMap<>();
    long from = Long.MAX_VALUE;
    long to = 0;
    for (ReadBack.Target target : targets) {
      WantedTrace trace = target.trace();
      VerdictHistory history = target.begin();
      if (trace.searched()) {
        withHistory.put(trace.id(), target);
        histories.put(trace.id(), history);
      }
      from = Math.min(from, trace.next());
      to = Math.max(to, trace.verdict().position());
    }
    readHistories(consumer, partition, withHistory, histories);
    ReadBack readBack = new ReadBack(targets);
    SourceLog log =
        new SourceLog(
            consumer,
            sourceTopic,
            partitions.partitions(),
            new Pace(MAX_BYTES_PER_SECOND, System::nanoTime, LockSupport::parkNanos),
            InstantSource.system());
    TopicPartition source = new TopicPartition(sourceTopic, partition);
    boolean isWhole =
        log.read(
            new SourceLog.Extent(source, 0, OptionalLong.empty(), from, to, to, 0),
            record -> {
              readBack.take(record);
              return !closed && !targets.stream().allMatch(ReadBack.Target::isDone);
            });
    if (isWhole) {
      readBack.end();
    }
  }

  /**
   * Reads all verdicts on these traces up to the one of the keep request. All earlier exports are
   * then committed.
   */
  private void readHistories(
      Consumer<byte[], byte[]> consumer,
      int partition,
      Map<TraceId, ReadBack.Target> missing,
      Map<TraceId, VerdictHistory> histories) {
    if (missing.isEmpty()) {
      return;
    }
    List<TopicPartition> ledger = List.of(new TopicPartition(ledgerTopic, partition));
    consumer.assign(ledger);
    consumer.seekToBeginning(ledger);
    long deadline = System.nanoTime() + TO_COMMIT.toNanos();
    while (!missing.isEmpty() && !closed) {
      boolean any = false;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        any = true;
        VerdictBlock.read(
            record.key(),
            record.value(),
            (high, low, verdict) -> take(new TraceId(high, low), verdict, missing, histories));
      }
      missing.values().removeIf(ReadBack.Target::isDone);
      if (any) {
        deadline = System.nanoTime() + TO_COMMIT.toNanos();
      } else if (System.nanoTime() - deadline > 0) {
        throw new StartException(
            "%s: no verdict that keeps %s (expected: committed after %s)"
                .formatted(ledger.get(0), missing.keySet(), TO_COMMIT));
      }
    }
  }

  private static void take(
      TraceId id,
      byte @Nullable [] encoded,
      Map<TraceId, ReadBack.Target> missing,
      Map<TraceId, VerdictHistory> histories) {
    ReadBack.Target target = missing.get(id);
    VerdictHistory history = histories.get(id);
    if (target == null || history == null) {
      return;
    }
    @Nullable Verdict verdict = encoded == null ? null : Verdict.decode(encoded);
    if (target.trace().verdict().equals(verdict)) {
      missing.remove(id);
    } else {
      history.add(verdict);
    }
  }
}
