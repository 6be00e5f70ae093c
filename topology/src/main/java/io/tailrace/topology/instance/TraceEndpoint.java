package io.tailrace.topology.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tailrace.serdes.TraceId;
import io.tailrace.topology.explain.TraceInquiry;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.sampling.TraceAnswer;
import io.tailrace.topology.streams.TraceQuestions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code GET /traces/ID}. An instance without the trace's partition redirects to the
 * instance with it. Thread-safe.
 */
final class TraceEndpoint {
  private static final long TO_ANSWER_SECONDS = 5;

  /**
   * Instance of the fleet.
   *
   * @param address host:port of its admin server
   */
  record Instance(String address, Set<TopicPartition> partitions) {}

  private final TraceQuestions questions;
  private final PartitionOfTrace partitionOfTrace;
  private final String sourceTopic;
  private final String self;
  private final Supplier<Collection<Instance>> fleet;
  private final ObjectMapper json =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * @param self advertised address of this instance
   * @param fleet instances with an admin server, including this one; throws if unknown
   */
  TraceEndpoint(
      TraceQuestions questions,
      PartitionOfTrace partitionOfTrace,
      String sourceTopic,
      String self,
      Supplier<Collection<Instance>> fleet) {
    this.questions = questions;
    this.partitionOfTrace = partitionOfTrace;
    this.sourceTopic = sourceTopic;
    this.self = self;
    this.fleet = fleet;
  }

  /**
   * Answers a query.
   *
   * @param hex trace ID as received
   * @param withSpans whether the answer contains the first spans of an open trace
   */
  AdminServer.Reply get(String hex, boolean withSpans) {
    TraceId id;
    try {
      id = TraceId.parse(hex);
    } catch (IllegalArgumentException e) {
      return error(400, "trace id (expected: 32 hex characters)");
    }
    Set<Integer> candidates = partitionOfTrace.candidates(id);
    Set<Integer> here = new TreeSet<>(candidates);
    here.retainAll(questions.partitions());
    try {
      Optional<TraceAnswer> answer = ask(id, here, withSpans);
      if (answer.isPresent()) {
        return reply(200, answer.get());
      }
      List<String> elsewhere = here.containsAll(candidates) ? List.of() : elsewhere(candidates);
      if (candidates.size() == 1 && here.isEmpty()) {
        return elsewhere.isEmpty()
            ? error(503, "its partition is on no instance that can be asked now")
            : AdminServer.Reply.elsewhere(
                "http://"
                    + elsewhere.get(0)
                    + TraceInquiry.PATH
                    + id.toHex()
                    + (withSpans ? TraceInquiry.WITH_SPANS : ""));
      }
      return reply(404, Map.of("trace_id", id.toHex(), "state", "unknown", "ask", elsewhere));
    } catch (IllegalStateException e) { // Kafka Streams is starting or stopping
      return error(503, e.getMessage());
    }
  }

  private Optional<TraceAnswer> ask(TraceId id, Set<Integer> partitions, boolean withSpans) {
    Map<Integer, CompletableFuture<Optional<TraceAnswer>>> asked = new TreeMap<>();
    partitions.forEach(partition -> asked.put(partition, questions.ask(partition, id, withSpans)));
    for (Map.Entry<Integer, CompletableFuture<Optional<TraceAnswer>>> one : asked.entrySet()) {
      try {
        Optional<TraceAnswer> answer = one.getValue().get(TO_ANSWER_SECONDS, TimeUnit.SECONDS);
        if (answer.isPresent()) {
          return Optional.of(answer.get().by(self, one.getKey()));
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(
            Objects.requireNonNullElse(e.getCause(), e).getMessage(), e);
      } catch (TimeoutException e) {
        throw new IllegalStateException(
            "partition " + one.getKey() + " does not answer: it is restored, or busy", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopping", e);
      }
    }
    return Optional.empty();
  }

  /** Returns the addresses of other instances with one of these partitions. */
  private List<String> elsewhere(Set<Integer> partitions) {
    List<String> addresses = new ArrayList<>();
    for (Instance instance : fleet.get()) {
      boolean has =
          instance.partitions().stream()
              .anyMatch(p -> p.topic().equals(sourceTopic) && partitions.contains(p.partition()));
      if (has && !instance.address().equals(self)) {
        addresses.add(instance.address());
      }
    }
    return addresses;
  }

  private AdminServer.Reply error(int status, @Nullable String why) {
    return reply(status, Map.of("error", String.valueOf(why)));
  }

  private AdminServer.Reply reply(int status, Object body) {
    try {
      return AdminServer.Reply.json(status, json.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
