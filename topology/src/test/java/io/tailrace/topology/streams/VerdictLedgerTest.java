package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.buffer.RocksResources;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictLedgerTest {
  private static final long RETENTION = 600_000;
  private static final long COMMITTED = 90;
  private static final TopicPartition CHANGELOG = new TopicPartition("ledger-changelog", 0);

  @TempDir Path stateDir;

  private final FakeRestartPoints restartPoints = new FakeRestartPoints();
  private boolean exactlyOnce = true;
  private RocksResources resources;
  private FakeStoreContext context;
  private VerdictLedger ledger;

  @BeforeEach
  void open() {
    resources = new RocksResources(8 << 20, () -> 0);
    start();
  }

  @AfterEach
  void close() {
    ledger.close();
    resources.close();
  }

  private void start() {
    context = new FakeStoreContext(stateDir.toFile());
    ledger = new VerdictLedger("ledger", "spans", exactlyOnce, RETENTION, resources, restartPoints);
    context.init(ledger);
  }

  @Test
  void remembersAVerdict_untilItsRetentionIsOver() {
    ledger.verdicts().put(1, 2, verdict(1_000));

    assertThat(ledger.verdicts().get(1, 2, 1_000 + RETENTION)).isEqualTo(verdict(1_000));
    assertThat(ledger.verdicts().get(1, 2, 1_001 + RETENTION)).isNull();
    assertThat(ledger.verdicts().get(2, 1, 1_000)).isNull();
  }

  @Test
  void dropsNoVerdictThatIsStillKept_howeverManyWindowsThereAre() {
    long last = 0;
    for (long at = 0; at < 4 * RETENTION; at += RETENTION / 100) {
      ledger.verdicts().put(1, at, verdict(at));
      ledger.verdicts().dropExpired(at);
      last = at;
    }
    for (long at = last - RETENTION; at <= last; at += RETENTION / 100) {
      assertThat(ledger.verdicts().get(1, at, last)).as("decided at %d", at).isNotNull();
    }
  }

  @Test
  void theLatestVerdictCounts() {
    ledger.verdicts().put(1, 2, verdict(1_000));
    ledger.verdicts().put(1, 2, verdict(RETENTION));

    assertThat(ledger.verdicts().get(1, 2, RETENTION).decidedAt()).isEqualTo(RETENTION);
  }

  @Test
  void aRestartKnowsWhatTheChangelogSays_takenBackOnesNot() {
    ledger.verdicts().put(1, 1, verdict(1_000));
    ledger.verdicts().put(1, 2, verdict(2_000));
    ledger.verdicts().put(1, 3, verdict(RETENTION));
    ledger.verdicts().forget(1, 2, RETENTION + 5);
    List<ConsumerRecord<byte[], byte[]>> changelog = changelog();
    assertThat(changelog)
        .extracting(ConsumerRecord::timestamp)
        .as("latest log time, for the search by time")
        .containsExactly(RETENTION + 5);
    ledger.close();
    start();
    assertThat(ledger.verdicts().get(1, 1, 1_000)).as("before the restore").isNull();

    context.restore(changelog);

    assertThat(ledger.verdicts().get(1, 1, RETENTION)).isEqualTo(verdict(1_000));
    assertThat(ledger.verdicts().get(1, 2, RETENTION)).isNull();
    assertThat(ledger.verdicts().get(1, 3, RETENTION)).isEqualTo(verdict(RETENTION));
    assertThat(context.changelog).as("a restore writes nothing").isEmpty();
  }

  @Test
  void writesChangesInBlocks_theLastBeforeACommit() {
    for (int i = 0; i < 1_000; i++) {
      ledger.verdicts().put(1, i, verdict(1_000 - i));
    }
    int full = context.changelog.size();
    assertThat(full).as("of 61 KB").isEqualTo(3);
    List<ConsumerRecord<byte[], byte[]>> changelog = changelog();
    assertThat(changelog).hasSize(full + 1);
    assertThat(changelog.get(0).timestamp()).isEqualTo(1_000);
    assertThat(changelog.get(1).timestamp()).as("the latest in the block").isBetween(1L, 999L);
    assertThat(changelog()).as("nothing changed since").hasSize(full + 1);
    ledger.close();
    start();

    context.restore(changelog);

    for (int i = 0; i < 1_000; i++) {
      assertThat(ledger.verdicts().get(1, i, 1_000)).isEqualTo(verdict(1_000 - i));
    }
  }

  /** As Kafka Streams does with a task whose transaction was aborted. */
  @Test
  void writesNothingOfBefore_whenItIsRevived() {
    ledger.verdicts().put(1, 1, verdict(1_000));
    ledger.close();
    context.init(ledger);
    assertThat(changelog()).isEmpty();

    ledger.verdicts().put(1, 2, verdict(500));
    assertThat(changelog()).extracting(ConsumerRecord::timestamp).containsExactly(500L);
  }

  @Test
  void restoresRecordsOfEarlierReleases() {
    context.restore(
        List.of(
            record(0, key(1, 1), verdict(1_000).encode(), 1_000),
            record(1, key(1, 2), verdict(2_000).encode(), 2_000),
            record(2, key(1, 1), null, 3_000)));

    assertThat(ledger.verdicts().get(1, 1, 2_000)).isNull();
    assertThat(ledger.verdicts().get(1, 2, 2_000)).isEqualTo(verdict(2_000));
  }

  @Test
  void whatIsOpenAgainHasNoVerdict_afterARestoreToo() {
    ledger.verdicts().put(1, 1, verdict(1_000));
    ledger.verdicts().reopened(1, 1, verdict(1_000), 77, true, 1_000 + RETENTION + 1);
    assertThat(ledger.verdicts().get(1, 1, 1_000)).isNull();
    List<ConsumerRecord<byte[], byte[]>> changelog = changelog();
    ledger.close();
    start();

    context.restore(changelog);

    assertThat(ledger.verdicts().get(1, 1, 1_000)).isNull();
    assertThat(ledger.verdicts().last(1, 1)).isEqualTo(verdict(1_000).reopened(77, true));
  }

  @Test
  void spansUpToItsExpiryFollowAVerdict_whenLaterOnesHaveOpenedTheTraceAgain() {
    ledger.verdicts().put(1, 1, verdict(1_000));

    ledger.verdicts().reopened(1, 1, verdict(1_000), 77, false, 2_000);

    assertThat(ledger.verdicts().get(1, 1, 1_000 + RETENTION)).isNotNull();
    assertThat(ledger.verdicts().get(1, 1, 1_001 + RETENTION)).isNull();
    assertThat(changelog())
        .extracting(ConsumerRecord::timestamp)
        .as("no earlier than the verdict, nor than what must be restored with it")
        .containsExactly(2_000L);
  }

  /**
   * Traces overdue after a restart are decided as of their due time, despite manual keeps
   * meanwhile.
   */
  @Test
  void theLatestDecisionIsOneByPolicies_afterARestoreToo() {
    ledger.verdicts().put(1, 1, verdict(2_000));
    ledger.verdicts().put(1, 2, verdict(1_000));
    ledger.verdicts().put(1, 3, new Verdict(VerdictKind.KEPT_BY_HAND, true, "", 1, 3_000, 5, 6));
    ledger.verdicts().put(1, 4, new Verdict(VerdictKind.KEPT_UNSEEN, true, "", 1, 4_000, 5, 6));
    ledger.verdicts().reopened(1, 1, verdict(2_000), 77, true, 5_000);
    List<ConsumerRecord<byte[], byte[]>> changelog = changelog();
    ledger.close();
    start();

    context.restore(changelog);

    assertThat(ledger.verdicts().latestDecision()).isEqualTo(2_000);
  }

  @Test
  void aTombstoneForNothingIsNoError() {
    context.restore(List.of(record(0, key(1, 2), null, 1_000)));

    assertThat(ledger.verdicts().get(1, 2, 1_000)).isNull();
  }

  @Test
  void asksForTheVerdictsThatTheCommitSaysAreNeeded() {
    continueFrom(point(4_985_000, 4_321_000));
    restartPoints.offsetAtAskedTime = 1234;

    assertThat(ledger.committedOffset(CHANGELOG)).isEqualTo(1233);
    assertThat(restartPoints.askedTime).isEqualTo(4_321_000);
  }

  @Test
  void asksForARetentionMore_whenTheCommitWasMadeWithAShorterOne() {
    continueFrom(point(4_985_000, 4_984_000));

    ledger.committedOffset(CHANGELOG);

    assertThat(restartPoints.askedTime).isEqualTo(4_985_000 - RETENTION);
  }

  @Test
  void asksForTheRetentionsShareOfItsChangelog_whenAnEarlierReleaseHasCommitted() {
    restartPoints.offsetAtAskedTime = 1234;
    continueFrom(point(RestartPoint.NOT_TOLD, RestartPoint.NOT_TOLD));

    assertThat(ledger.committedOffset(CHANGELOG)).isEqualTo(1233);
    assertThat(restartPoints.askedTime).isEqualTo(4_990_000 - RETENTION);

    continueFrom(point(RestartPoint.NOT_TOLD, 4_986_000));
    ledger.committedOffset(CHANGELOG);
    assertThat(restartPoints.askedTime).as("it forgot late spans").isEqualTo(4_986_000 - RETENTION);
  }

  /** What a restart reads again must not count: other decisions would be made later for it. */
  @Test
  void aRestartIgnoresWhatIsMadeAgain_atLeastOnce() {
    Verdict late = new Verdict(VerdictKind.RECONSIDERED, true, "", 1, 1_000, 5, COMMITTED + 2);
    ledger.verdicts().put(1, 1, verdict(1_000));
    ledger.verdicts().put(1, 2, verdict(1_000));
    ledger.verdicts().put(1, 1, late);
    ledger.verdicts().put(1, 3, decided(2_000, COMMITTED));
    ledger.verdicts().put(1, 4, decided(3_000, COMMITTED + 1));
    ledger.verdicts().reopened(1, 2, verdict(1_000), COMMITTED, true, 4_000);
    List<ConsumerRecord<byte[], byte[]>> changelog = changelog();

    exactlyOnce = false;
    continueFrom(point(4_985_000, 4_984_000));
    context.restore(changelog);

    assertThat(ledger.verdicts().last(1, 1)).isEqualTo(verdict(1_000));
    assertThat(ledger.verdicts().last(1, 2)).isEqualTo(verdict(1_000));
    assertThat(ledger.verdicts().last(1, 3)).isEqualTo(decided(2_000, COMMITTED));
    assertThat(ledger.verdicts().last(1, 4)).isNull();
    assertThat(ledger.verdicts().latestDecision()).isEqualTo(1_000);
  }

  @Test
  void aRestartKnowsWhatWasTurnedAtItsDecision_butNotByTheNextRecord_atLeastOnce() {
    Verdict turned = new Verdict(VerdictKind.RECONSIDERED, true, "", 1, 1_000, 5, COMMITTED);
    ledger.verdicts().put(1, 1, decided(1_000, COMMITTED));
    ledger.verdicts().put(1, 1, turned);
    ledger.verdicts().put(1, 2, verdict(1_000));
    ledger.verdicts().put(1, 2, turned);
    List<ConsumerRecord<byte[], byte[]>> changelog = changelog();

    exactlyOnce = false;
    continueFrom(point(4_985_000, 4_984_000));
    context.restore(changelog);

    assertThat(ledger.verdicts().last(1, 1)).isEqualTo(turned);
    assertThat(ledger.verdicts().last(1, 2)).isEqualTo(verdict(1_000));
  }

  private void continueFrom(RestartPoint point) {
    ledger.close();
    restartPoints.point = Optional.of(point);
    start();
  }

  private static Verdict decided(long at, long position) {
    return new Verdict(VerdictKind.DECIDED, true, "errors", 1, at, 5, position);
  }

  private static RestartPoint point(long settled, long verdictsFrom) {
    return new RestartPoint(COMMITTED, 5_000_000, 80, 4_990_000, settled, verdictsFrom);
  }

  @Test
  void asksForAllOfItsChangelog_whenNothingWasCommitted() {
    assertThat(ledger.committedOffset(CHANGELOG)).isEqualTo(StreamsInternals.FROM_BEGINNING);

    restartPoints.beginning = 77;
    assertThat(ledger.committedOffset(CHANGELOG)).isEqualTo(76);
  }

  private List<ConsumerRecord<byte[], byte[]>> changelog() {
    ledger.beforeCommit();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    context.changelog.forEach(
        change -> records.add(record(records.size(), change.key(), change.value(), change.time())));
    return records;
  }

  private static ConsumerRecord<byte[], byte[]> record(
      long offset, byte[] key, byte[] value, long time) {
    return new ConsumerRecord<>(
        CHANGELOG.topic(),
        0,
        offset,
        time,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private static byte[] key(long high, long low) {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  private static Verdict verdict(long decidedAt) {
    return new Verdict(VerdictKind.DECIDED, true, "errors", 3, decidedAt, 7, 42);
  }
}
