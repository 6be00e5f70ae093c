package io.tailrace.topology.keep;

import io.tailrace.serdes.TraceId;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.kafka.KafkaFaults;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends keep requests to the fleet and receives the answers. Not thread-safe. */
public final class KeepClient implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final String topic;
  private final PartitionOfTrace partitions;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;

  /** Position of a request, which its answer contains too. */
  public record Request(int partition, long offset) {}

  /**
   * Connects to the topics.
   *
   * @throws StartException if one is missing
   */
  public KeepClient(TailraceConfig config) {
    ClientProperties clients = new ClientProperties(config);
    topic = config.get(Settings.TOPIC_KEEP);
    int count;
    try (Admin admin = Admin.create(clients.admin())) {
      count = new Topics(admin, config).lookForKeep();
    }
    partitions = new PartitionOfTrace(config.ingestMode(), count);
    consumer = new KafkaConsumer<>(clients.keepConsumer());
    List<TopicPartition> results =
        consumer.partitionsFor(config.get(Settings.TOPIC_KEEP_RESULTS)).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(results);
    consumer.seekToEnd(results);
    results.forEach(consumer::position); // fixes the position now, before the first poll
    producer =
        new KafkaProducer<>(
            clients.commandProducer(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Returns whether the partition of a trace is known. Otherwise all partitions are asked. */
  public boolean knowsPartition() {
    return partitions.isOne();
  }

  /**
   * Sends a request for a trace.
   *
   * @throws StartException if the request may not be written
   */
  public List<Request> ask(TraceId id, KeepRequest.Value value) {
    List<Request> requests = new ArrayList<>();
    for (int partition : partitions.candidates(id)) {
      byte[] json = JsonRecords.bytes(value);
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, partition, id.toKey(), json);
      try {
        RecordMetadata written = producer.send(record).get();
        requests.add(new Request(partition, written.offset()));
      } catch (ExecutionException e) {
        String why = KafkaFaults.explain(e).orElseGet(() -> String.valueOf(e.getCause()));
        throw new StartException("cannot write to " + topic + ": " + why, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted while writing to " + topic, e);
      }
    }
    return requests;
  }

  /**
   * Sends requests and waits for the answers. If all partitions are asked, they search their log
   * only if none of them knows the trace.
   *
   * @param author author of the requests, for the log
   * @param comment reason, for the log; null for none
   * @param toWait maximum time; requests stay and are answered later
   * @return the traces, with the answers so far
   * @throws StartException if a request may not be written
   */
  public List<AskedTrace> keep(
      Collection<TraceId> ids, String author, @Nullable String comment, Duration toWait) {
    List<AskedTrace> traces = ids.stream().map(AskedTrace::new).toList();
    Set<AskedTrace> toBeSearched = new HashSet<>();
    for (AskedTrace trace : traces) {
      trace.asked(ask(trace.id(), KeepRequest.Value.ofPerson(author, comment, knowsPartition())));
      if (!knowsPartition()) {
        toBeSearched.add(trace);
      }
    }
    long deadline = System.nanoTime() + toWait.toNanos();
    while (true) {
      for (AskedTrace trace : traces) {
        boolean isUnknown = trace.isAnswered() && trace.outcome() == KeepOutcome.UNKNOWN;
        if (isUnknown && toBeSearched.remove(trace)) {
          trace.asked(ask(trace.id(), KeepRequest.Value.ofPerson(author, comment, true)));
        }
      }
      if (traces.stream().allMatch(AskedTrace::isAnswered) || System.nanoTime() - deadline > 0) {
        return traces;
      }
      poll(POLL).forEach(result -> traces.forEach(trace -> trace.take(result)));
    }
  }

  /** Returns all answers since the last call, including those for other clients. */
  public List<KeepResult> poll(Duration timeout) {
    List<KeepResult> results = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      JsonRecords.read(record.value(), KeepResult.class).ifPresent(results::add);
    }
    return results;
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
