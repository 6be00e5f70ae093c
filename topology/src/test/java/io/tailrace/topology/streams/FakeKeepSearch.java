package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictBlock;
import io.tailrace.topology.keep.KeepSearch;
import io.tailrace.topology.keep.ReadBack;
import io.tailrace.topology.keep.VerdictHistory;
import io.tailrace.topology.keep.WantedTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** Reads back on request, from given records. */
final class FakeKeepSearch implements KeepSearch {
  private final List<ReadBack.Target> targets = new ArrayList<>();
  private static final long VERDICT_RETENTION = 600_000;

  private final List<TestRecord<byte[], byte[]>> ledger = new ArrayList<>();

  @Override
  public Task open(int partition, Consumer<Found> to) {
    return new Task() {
      @Override
      public void submit(WantedTrace trace) {
        targets.add(ReadBack.target(trace, VERDICT_RETENTION, to));
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Reads all of the log.
   *
   * @param newVerdicts what the ledger's changelog has more than the last time
   */
  void run(List<ConsumerRecord<byte[], byte[]>> log, List<TestRecord<byte[], byte[]>> newVerdicts) {
    ledger.addAll(newVerdicts);
    for (ReadBack.Target target : targets) {
      VerdictHistory history = target.begin();
      if (target.trace().searched()) {
        tell(history, target.trace());
      }
    }
    ReadBack readBack = new ReadBack(targets);
    log.forEach(readBack::take);
    readBack.end();
    targets.clear();
  }

  private void tell(VerdictHistory history, WantedTrace trace) {
    List<@Nullable Verdict> verdicts = new ArrayList<>();
    for (TestRecord<byte[], byte[]> record : ledger) {
      VerdictBlock.read(
          record.key(),
          record.value(),
          (high, low, verdict) -> {
            if (trace.id().equals(new TraceId(high, low))) {
              verdicts.add(verdict == null ? null : Verdict.decode(verdict));
            }
          });
    }
    int keeping = verdicts.indexOf(trace.verdict());
    assertThat(keeping).as("the ledger has a verdict that keeps %s", trace).isNotNegative();
    verdicts.subList(0, keeping).forEach(history::add);
  }
}
