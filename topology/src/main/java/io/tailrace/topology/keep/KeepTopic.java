package io.tailrace.topology.keep;

import io.tailrace.topology.kafka.ClientThread;
import io.tailrace.topology.kafka.KafkaFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads the requests of the assigned partitions from the positions of their tasks. Uses its own
 * thread and consumer, so that failures do not affect the sampling.
 */
public final class KeepTopic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeepTopic.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration TO_ASK = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final KeepRequests requests;
  private final ClientThread thread;
  private Map<Integer, KeepRequests.Task> tasks = Map.of();
  private boolean isReadable = true;

  public KeepTopic(Consumer<byte[], byte[]> consumer, String topic, KeepRequests requests) {
    this.consumer = consumer;
    this.topic = topic;
    this.requests = requests;
    thread = new ClientThread("tailrace-keep", this::turn, consumer::wakeup, consumer::close);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    thread.close();
  }

  private Duration turn() {
    try {
      return follow();
    } catch (WakeupException | InterruptException e) {
      throw e; // closed
    } catch (RuntimeException e) { // other threads depend on this one: it must not end
      noteReadable(false, KafkaFaults.levelOf(e), KafkaFaults.explain(e).orElse(e.toString()));
      return RETRY;
    }
  }

  private Duration follow() {
    if (consumer.partitionsFor(topic, TO_ASK).isEmpty()) { // a poll does not report a missing topic
      noteReadable(false, Level.ERROR, "missing (expected: exists; a restart creates it)");
      return RETRY;
    }
    assign();
    if (tasks.isEmpty()) {
      return POLL;
    }
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      KeepRequests.Task task = tasks.get(record.partition());
      if (task != null) { // without a task, the partition is read again once it has one
        task.offer(KeepRequest.of(record));
      }
    }
    noteReadable(true, Level.INFO, "");
    return Duration.ZERO;
  }

  private void assign() {
    Map<Integer, KeepRequests.Task> now = requests.tasks();
    List<TopicPartition> full = new ArrayList<>();
    List<TopicPartition> others = new ArrayList<>();
    Map<Integer, KeepRequests.Task> before = new HashMap<>(tasks);
    now.forEach(
        (partition, task) ->
            (task.isFull() ? full : others).add(new TopicPartition(topic, partition)));
    if (!now.equals(before)) {
      List<TopicPartition> all = new ArrayList<>(full);
      all.addAll(others);
      consumer.assign(all);
      now.forEach(
          (partition, task) -> {
            if (before.get(partition) != task) {
              seek(new TopicPartition(topic, partition), task);
            }
          });
      tasks = now;
    }
    consumer.pause(full);
    consumer.resume(others);
  }

  private void seek(TopicPartition partition, KeepRequests.Task task) {
    if (task.position().isPresent()) {
      consumer.seek(partition, task.position().getAsLong());
    } else {
      consumer.seekToBeginning(List.of(partition));
    }
  }

  private void noteReadable(boolean readable, Level level, String why) {
    if (readable != isReadable) {
      isReadable = readable;
      if (readable) {
        LOG.atInfo().addKeyValue("topic", topic).log("keep requests are readable again");
      } else {
        LOG.atLevel(level)
            .addKeyValue("topic", topic)
            .log("cannot read keep requests, sampling continues: {}", why);
      }
    }
  }
}
