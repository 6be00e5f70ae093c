package io.tailrace.topology.instance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.buffer.VerdictRows;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.operations.Outlines;
import io.tailrace.topology.sampling.DueQueue;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.SummarySettings;
import io.tailrace.topology.sampling.TraceAnswers;
import io.tailrace.topology.sampling.Verdicts;
import io.tailrace.topology.streams.TraceQuestions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceEndpointTest {
  private static final String SELF = "here:1";
  private static final TraceId TRACE = TraceId.parse("5b8aa5a2d2c872e8321cf37308d69df2");
  private static final int PARTITION =
      new PartitionOfTrace(IngestMode.UNKEYED, 4).candidates(TRACE).iterator().next();

  @TempDir Path directory;

  private final TraceQuestions questions = new TraceQuestions();
  private final List<TraceEndpoint.Instance> fleet = new ArrayList<>();
  private final RocksResources resources = new RocksResources(8 << 20, () -> 0);
  private VerdictRows rows;

  @AfterEach
  void close() {
    if (rows != null) {
      rows.close();
    }
    resources.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "../metrics", "5b8aa5a2d2c872e8321cf37308d69dfg"})
  void refusesWhatIsNoTraceId(String id) {
    assertThat(endpoint(IngestMode.UNKEYED).get(id, false).status()).isEqualTo(400);
  }

  @Test
  void answersFromTheTaskThatHasIt() throws Exception {
    TraceQuestions.Task task = questions.open(PARTITION);
    AdminServer.Reply reply =
        whileAnswering(task, () -> endpoint(IngestMode.UNKEYED).get(TRACE.toHex(), false));

    assertThat(reply.status()).isEqualTo(200);
    JsonNode answer = json(reply);
    assertThat(answer.at("/instance").asText()).isEqualTo(SELF);
    assertThat(answer.at("/partition").asInt()).isEqualTo(PARTITION);
    assertThat(answer.at("/recorded/policy").asText()).isEqualTo("errors");
    assertThat(answer.at("/recorded/decided_at").asText()).isEqualTo("1970-01-01T00:00:05Z");
    assertThat(answer.at("/recorded/followed_until").asText()).isEqualTo("1970-01-01T00:01:05Z");
    assertThat(answer.has("rejudged")).isFalse();
  }

  @Test
  void sendsOnToTheInstanceThatHasThePartition() {
    fleet.add(instance("elsewhere:2", "other-topic", PARTITION));
    fleet.add(instance("there:3", "source", PARTITION));
    fleet.add(instance("elsewhere:4", "source", (PARTITION + 1) % 4));

    AdminServer.Reply reply = endpoint(IngestMode.UNKEYED).get(TRACE.toHex(), false);

    assertThat(reply.status()).isEqualTo(307);
    assertThat(reply.location()).isEqualTo("http://there:3/traces/" + TRACE.toHex());
  }

  @Test
  void doesNotSendAnybodyToItself_whileThePartitionIsOnTheMove() {
    fleet.add(instance(SELF, "source", PARTITION));
    assertThat(endpoint(IngestMode.UNKEYED).get(TRACE.toHex(), false).status()).isEqualTo(503);
  }

  @Test
  void namesWhoElseToAsk_whereAnyPartitionMayHaveIt() throws Exception {
    fleet.add(instance(SELF, "source", 0));
    fleet.add(instance("there:3", "source", 1));
    TraceQuestions.Task task = questions.open(0);
    TraceId unheardOf = new TraceId(1, 1);

    AdminServer.Reply reply =
        whileAnswering(task, () -> endpoint(IngestMode.KEYED).get(unheardOf.toHex(), false));

    assertThat(reply.status()).isEqualTo(404);
    assertThat(json(reply).at("/ask")).hasSize(1);
    assertThat(json(reply).at("/ask/0").asText()).isEqualTo("there:3");
  }

  @Test
  void aTaskThatLeavesRefuses() {
    TraceQuestions.Task task = questions.open(PARTITION);
    var before = questions.ask(PARTITION, TRACE, false);
    task.close();

    assertThat(before).isCompletedExceptionally();
    assertThat(questions.ask(PARTITION, TRACE, false)).isCompletedExceptionally();
    assertThat(questions.partitions()).isEmpty();
  }

  @Test
  void aTaskThatComesBackToAnotherThreadCanBeAsked_whateverClosesFirst() {
    TraceQuestions.Task before = questions.open(PARTITION);
    questions.open(PARTITION);
    before.close();

    assertThat(questions.ask(PARTITION, TRACE, false)).isNotDone();
  }

  /** The task's thread, which knows of one trace. */
  private AdminServer.Reply whileAnswering(
      TraceQuestions.Task task, Supplier<AdminServer.Reply> asking) throws Exception {
    rows = new VerdictRows(resources, directory.resolve("verdicts").toFile());
    Verdicts verdicts =
        new Verdicts(60_000, Verdict.NEVER, rows, (high, low, verdict, logTime) -> {});
    verdicts.put(
        TRACE.high(),
        TRACE.low(),
        new Verdict(VerdictKind.DECIDED, true, "errors", 7, 5_000, 0, 0));
    OpenTraces none =
        new OpenTraces(
            new LogClock(true),
            new DueQueue(),
            null,
            null,
            new SummarySettings(null, Outlines.NONE, Optional.empty()));
    TraceAnswers answers = new TraceAnswers(none, verdicts, null);
    CompletableFuture<AdminServer.Reply> reply = CompletableFuture.supplyAsync(asking);
    while (!reply.isDone()) {
      task.answer(answers::answer);
      Thread.onSpinWait();
    }
    return reply.get();
  }

  private TraceEndpoint endpoint(IngestMode mode) {
    return new TraceEndpoint(
        questions, new PartitionOfTrace(mode, 4), "source", SELF, this::instances);
  }

  private Collection<TraceEndpoint.Instance> instances() {
    return fleet;
  }

  private static TraceEndpoint.Instance instance(String address, String topic, int partition) {
    return new TraceEndpoint.Instance(address, Set.of(new TopicPartition(topic, partition)));
  }

  private static JsonNode json(AdminServer.Reply reply) throws IOException {
    return new ObjectMapper().readTree(reply.body());
  }
}
