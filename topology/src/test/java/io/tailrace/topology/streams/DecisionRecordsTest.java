package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.sampling.Otlp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionRecordsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SECOND = 1_000_000_000;
  private static final String POLICIES =
      """
      policies:
        - {name: no-health, type: drop, drop: {drop_sub_policy: [
            {type: string_attribute, string_attribute: {key: tier, values: [health]}}]}}
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
      """;

  @TempDir Path stateDir;

  @Test
  void eachVerdictLeavesALine_keptOrNot() throws IOException {
    try (SamplerHarness sampler = new SamplerHarness.Builder(stateDir).policies(POLICIES).start()) {
      sampler.send(0, root(1, 5), child(1, 2));
      sampler.send(10, root(2, 0));
      sampler.send(20, root(3, 0).toBuilder().addAttributes(Otlp.string("tier", "health")).build());
      sampler.send(30, child(4, 0));
      sampler.passTo(40_000);
      sampler.send(40_001, child(1, 0)); // late

      List<TestRecord<byte[], byte[]>> records = sampler.read("decisions");
      List<JsonNode> lines = new ArrayList<>();
      for (TestRecord<byte[], byte[]> record : records) {
        lines.add(JSON.readTree(record.value()));
      }
      assertThat(lines).hasSize(4);
      assertThat(new String(records.get(0).key(), StandardCharsets.US_ASCII))
          .isEqualTo("00000000000000010000000000000001");
      assertThat(records.get(0).timestamp()).isEqualTo(SamplerHarness.START + 30_000);
      int bytes = lines.get(0).get("bytes").asInt();
      assertThat(lines.get(0))
          .isEqualTo(
              JSON.readTree(
                  """
                  {"trace_id": "00000000000000010000000000000001", "decision": "sampled",
                   "policy": "errors", "policy_version": 0, "decided_at": "%s",
                   "threshold": "0", "adjusted_count": 1.0,
                   "service": "shop", "start": "1970-01-01T00:00:01Z", "spans": 2, "bytes": %d,
                   "duration_ms": 5000, "root": "GET /cart", "errors": 1}
                  """
                      .formatted(Instant.ofEpochMilli(SamplerHarness.START + 30_000), bytes)));
      assertThat(bytes).isBetween(80, 300);
      assertThat(lines.get(1).get("decision").asText()).isEqualTo("not_sampled");
      assertThat(lines.get(1).get("policy").isNull()).isTrue();
      assertThat(lines.get(2).get("decision").asText()).isEqualTo("dropped");
      assertThat(lines.get(2).get("policy").asText()).isEqualTo("no-health");
      assertThat(lines.get(3).get("root").isNull()).isTrue();
      assertThat(lines.get(3).get("service").isNull()).isTrue();
    }
  }

  private static Span root(long trace, long seconds) {
    return Otlp.span(trace).toBuilder()
        .setName("GET /cart")
        .setStartTimeUnixNano(SECOND)
        .setEndTimeUnixNano(SECOND * (1 + seconds))
        .build();
  }

  private static Span child(long trace, int status) {
    return root(trace, 0).toBuilder()
        .setName("child")
        .setParentSpanId(ByteString.copyFromUtf8("parent__"))
        .setStatus(Status.newBuilder().setCodeValue(status))
        .build();
  }
}
