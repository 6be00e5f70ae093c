package io.tailrace.topology.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Notices, in the background, when a topic is deleted that an instance cannot do without. Its
 * clients would wait for it for ever, as they must for a broker that is away: only the brokers'
 * word, and that several times in a row, tells the one from the other.
 */
public final class TopicWatch {
  private static final Duration INTERVAL = Duration.ofSeconds(3);

  /** A broker that has just started may not know all topics yet. */
  private static final int TIMES_IN_A_ROW = 5;

  private final Admin admin;
  private final List<String> topics;
  private final Consumer<String> onGone;
  private final Map<String, Integer> timesGone = new HashMap<>();

  /**
   * @param onGone gets a message, once
   */
  public TopicWatch(Admin admin, List<String> topics, Consumer<String> onGone) {
    this.admin = admin;
    this.topics = topics;
    this.onGone = onGone;
  }

  public void start(BackgroundLoops loops) {
    loops.start("tailrace-topic-watch", INTERVAL, this::turn);
  }

  private Duration turn() throws InterruptedException {
    List<String> gone = look();
    if (gone.isEmpty()) {
      return INTERVAL;
    }
    onGone.accept(
        "topic %s: deleted (expected: it exists; start again to make it anew)"
            .formatted(String.join(", ", gone)));
    return null;
  }

  private List<String> look() throws InterruptedException {
    List<String> gone = new ArrayList<>();
    Map<String, ? extends KafkaFuture<?>> answers =
        admin.describeTopics(TopicCollection.ofTopicNames(topics)).topicNameValues();
    for (String topic : topics) {
      int times = isGone(answers.get(topic)) ? timesGone.merge(topic, 1, Integer::sum) : 0;
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
    } catch (ExecutionException e) { // others say nothing: the broker is away, or not ours to ask
      return e.getCause() instanceof UnknownTopicOrPartitionException;
    }
  }
}
