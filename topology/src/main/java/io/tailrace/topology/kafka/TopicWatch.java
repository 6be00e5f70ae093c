package io.tailrace.topology.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Detects in the background that a required topic was deleted. Kafka clients would wait without
 * limit, as for a missing broker. A topic counts as deleted only after brokers report it several
 * times in a row.
 */
public final class TopicWatch {
  private static final Duration INTERVAL = Duration.ofSeconds(3);

  /** A broker that has just started may not know all topics. */
  private static final int TIMES_IN_A_ROW = 5;

  private final Admin admin;
  private final List<String> topics;
  private final Consumer<String> onGone;
  private final Map<String, Integer> timesGone = new HashMap<>();

  /**
   * @param onGone receives one message
   */
  public TopicWatch(Admin admin, List<String> topics, Consumer<String> onGone) {
    this.admin = admin;
    this.topics = topics;
    this.onGone = onGone;
  }

  public void start(BackgroundLoops loops) {
    loops.start("tailrace-topic-watch", INTERVAL, this::turn);
  }

  private @Nullable Duration turn() throws InterruptedException {
    List<String> gone = look();
    if (gone.isEmpty()) {
      return INTERVAL;
    }
    onGone.accept(
        "topic %s: deleted (expected: exists; restart to recreate it)"
            .formatted(String.join(", ", gone)));
    return null;
  }

  private List<String> look() throws InterruptedException {
    List<String> gone = new ArrayList<>();
    Map<String, ? extends KafkaFuture<?>> answers =
        admin.describeTopics(TopicCollection.ofTopicNames(topics)).topicNameValues();
    for (String topic : topics) {
      int times =
          isGone(Objects.requireNonNull(answers.get(topic), topic))
              ? timesGone.merge(topic, 1, Integer::sum)
              : 0;
      if (times == 0) {
        timesGone.remove(topic);
      } else if (times >= TIMES_IN_A_ROW) {
        gone.add(topic);
      }
    }
    return gone;
  }

  private static boolean isGone(KafkaFuture<?> answer) throws InterruptedException {
    try {
      answer.get();
      return false;
    } catch (
        ExecutionException
            e) { // other failures are no evidence: the broker is missing, or access is denied
      return e.getCause() instanceof UnknownTopicOrPartitionException;
    }
  }
}
