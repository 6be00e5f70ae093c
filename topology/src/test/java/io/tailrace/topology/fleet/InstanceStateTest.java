package io.tailrace.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.kafka.JsonRecords;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class InstanceStateTest {
  private long now = 1_000;
  private final InstanceState state =
      new InstanceState(
          "tailrace-1",
          "host",
          "host:9095",
          "default",
          List.of("otlp_spans"),
          Map.of("ingest.mode", "\"keyed\""),
          () -> Instant.ofEpochMilli(now));

  @Test
  void appliesWhatTheSlowestTaskJudgesBy_sinceItCameToIt() {
    state.accepted("default", 4);
    assertThat(applied(OptionalLong.empty())).isNull();
    now = 2_000;
    assertThat(applied(OptionalLong.of(3)).since()).isEqualTo("1970-01-01T00:00:02Z");
    now = 3_000;
    assertThat(applied(OptionalLong.of(3)).since()).isEqualTo("1970-01-01T00:00:02Z");
    assertThat(applied(OptionalLong.of(4)))
        .isEqualTo(new InstanceStatus.Applied(4, "1970-01-01T00:00:03Z"));
  }

  @Test
  void aRefusalLeavesWhatWasAccepted_andEndsWithTheNextGoodOne() {
    state.accepted("default", 4);
    state.refused("default", 5, List.of("wrong"));
    assertThat(state.status(0, OptionalLong.empty()).sets().get("default"))
        .satisfies(
            set -> {
              assertThat(set.accepted().version()).isEqualTo(4);
              assertThat(set.refused().faults()).containsExactly("wrong");
            });
    state.accepted("default", 6);
    assertThat(state.status(0, OptionalLong.empty()).sets().get("default").refused()).isNull();
  }

  @Test
  void theStatusComesBackAsItWasWritten() {
    state.refused("default.shadow", 5, List.of("wrong"));
    InstanceStatus status = state.status(2, OptionalLong.of(0));
    assertThat(JsonRecords.read(JsonRecords.bytes(status), InstanceStatus.class)).contains(status);
  }

  @Test
  void theHistoryIsTheSameBytesWhoeverWritesIt() {
    byte[] document = "policies: []".getBytes(StandardCharsets.UTF_8);
    RecordHeaders headers = new RecordHeaders();
    headers.add("author", "änna".getBytes(StandardCharsets.UTF_8));
    PublishedPolicies one = PublishedPolicies.of("default", 3, 5, headers, document);
    PublishedPolicies other = PublishedPolicies.of("default", 3, 5, headers, document.clone());

    assertThat(JsonRecords.bytes(one)).isEqualTo(JsonRecords.bytes(other));
    assertThat(one.historyKey()).isEqualTo("default/3");
    assertThat(JsonRecords.read(JsonRecords.bytes(one), PublishedPolicies.class)).contains(one);
    assertThat(new String(JsonRecords.bytes(one), StandardCharsets.UTF_8))
        .contains("\"author\":\"änna\"", "\"sha256\":\"", "\"time\":\"1970-01-01T00:00:00.005Z\"")
        .doesNotContain("comment");
  }

  @Test
  void whatWaitsForTheHistoryIsBounded_andTheNewestStays() {
    HistoryQueue queue = new HistoryQueue(10);
    PublishedPolicies first = published(1, "12345678");
    PublishedPolicies second = published(2, "12345678");
    assertThat(queue.add(first)).isTrue();
    assertThat(queue.add(first)).as("the same again").isTrue();
    assertThat(queue.add(second)).isFalse();
    assertThat(queue.all()).containsExactly(second);
    queue.remove(second);
    assertThat(queue.add(published(3, null))).isTrue();
    assertThat(queue.all()).hasSize(1);
  }

  private static PublishedPolicies published(long version, String document) {
    return new PublishedPolicies("default", version, "t", null, null, null, document);
  }

  private InstanceStatus.Applied applied(OptionalLong judging) {
    return state.status(1, judging).sets().get("default").applied();
  }

  @Test
  void aStatusWithoutPolicySetsHasNone_andARefusalWithoutReasonsHasNone() {
    assertThat(read("{\"instance\": \"a\"}").sets()).isEmpty();
    assertThat(FleetLine.of(instances(read("{}")))).isEmpty();

    InstanceStatus refused = read("{\"sets\": {\"default\": {\"refused\": {\"version\": 7}}}}");
    assertThat(FleetLine.of(instances(refused)).get(0).text()).endsWith("7: ");
  }

  private static InstanceStatus read(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return JsonRecords.read(bytes, InstanceStatus.class).orElseThrow();
  }

  private static List<FleetStatus.Instance> instances(InstanceStatus status) {
    return List.of(new FleetStatus.Instance("a", true, Optional.of(status)));
  }
}
