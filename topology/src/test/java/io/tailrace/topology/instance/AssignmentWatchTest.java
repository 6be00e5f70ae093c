package io.tailrace.topology.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tailrace.topology.kafka.BackgroundLoops;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AssignmentWatchTest {
  private static final TopicPartition A = new TopicPartition("spans", 0);
  private static final GroupAssignment NOBODYS =
      new GroupAssignment(GroupState.STABLE, Map.of("one", Set.of()));
  private static final GroupAssignment OURS =
      new GroupAssignment(GroupState.STABLE, Map.of("one", Set.of(A)));

  private volatile GroupAssignment group = NOBODYS;
  private volatile KafkaException fault;
  private volatile CountDownLatch hold = new CountDownLatch(0);
  private final AtomicInteger asked = new AtomicInteger();
  private final BackgroundLoops loops = new BackgroundLoops();
  private final AssignmentWatch watch =
      new AssignmentWatch(this::ask, "one", Set.of(A), () -> Set.of(A));

  @AfterEach
  void stop() {
    loops.close();
  }

  @Test
  void isNotSettled_byKafkaStreamsStateAlone() {
    watch.start(loops);
    assertThat(watch.unsettled()).contains("not a member of the consumer group");
    watch.changed(KafkaStreams.State.REBALANCING);
    assertThat(watch.unsettled()).contains("state REBALANCING");
    watch.changed(KafkaStreams.State.RUNNING);
    await()
        .untilAsserted(
            () ->
                assertThat(watch.unsettled())
                    .contains("partitions that no instance has yet: spans-0"));
    group = OURS;
    await().until(() -> watch.unsettled().isEmpty());
  }

  @Test
  void isNotSettledAnyMore_afterTheNextRebalance() {
    settle();
    watch.changed(KafkaStreams.State.REBALANCING);
    assertThat(watch.unsettled()).contains("state REBALANCING");
    group = NOBODYS;
    watch.changed(KafkaStreams.State.RUNNING);
    assertThat(watch.unsettled()).isPresent();
  }

  @Test
  void asksNobody_onceItIsSettled() {
    settle();
    int before = asked.get();
    await().during(java.time.Duration.ofSeconds(1)).until(() -> asked.get() == before);
  }

  @Test
  void anAnswerFromBeforeARebalanceDoesNotCount() throws Exception {
    group = OURS;
    hold = new CountDownLatch(1);
    watch.start(loops);
    watch.changed(KafkaStreams.State.RUNNING);
    await().until(() -> asked.get() == 1);
    group = NOBODYS;
    watch.changed(KafkaStreams.State.REBALANCING);
    watch.changed(KafkaStreams.State.RUNNING);
    hold.countDown();
    await().until(() -> asked.get() >= 2);
    assertThat(watch.unsettled()).isPresent();
  }

  @Test
  void triesAgain_whenTheBrokerDoesNotAnswer() {
    fault = new TimeoutException("timed out");
    watch.start(loops);
    watch.changed(KafkaStreams.State.RUNNING);
    await().until(() -> watch.unsettled().orElse("").contains("no answer: timed out"));
    group = OURS;
    fault = null;
    await().until(() -> watch.unsettled().isEmpty());
  }

  private void settle() {
    group = OURS;
    watch.start(loops);
    watch.changed(KafkaStreams.State.RUNNING);
    await().until(() -> watch.unsettled().isEmpty());
  }

  private GroupAssignment ask() {
    GroupAssignment answer = group;
    asked.incrementAndGet();
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException(e);
    }
    if (fault != null) {
      throw fault;
    }
    return answer;
  }
}
