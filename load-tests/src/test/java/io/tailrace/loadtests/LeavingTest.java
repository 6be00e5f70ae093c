package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Filters and redaction, with a fleet of two and a kill. */
class LeavingTest extends FleetOfTwo {
  private static final int TRACES = 12;
  private static final String CARD = "4111111111111111";
  private static final String DOCUMENT =
      """
      processors:
        tail_sampling:
          policies: [{name: all, type: always_sample}]
        filter:
          traces: {span: ['name == "cache"']}
        redaction:
          allow_all_keys: true
          blocked_values: ['4[0-9]{15}']
      """;

  @Test
  @Tag("crash")
  void everySpanLeavesOnce_redacted_andNoneThatIsLeftOut() throws Exception {
    configure("unkeyed", DOCUMENT);
    try (EngineProcess killed = startProcess()) {
      killed.awaitReady();
      fleet.start(2);
      write();
      sent.assertExported();
      write();
      killed.kill(); // between the late spans of kept traces
    }
    write();
    sent.assertExported();
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntil(() -> !export.records.isEmpty());
      assertThat(export.records)
          .extracting(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
          .allSatisfy(text -> assertThat(text).contains("card ****").doesNotContain(CARD));
    }
  }

  private void write() throws Exception {
    for (long trace = 1; trace <= TRACES; trace++) {
      sent.write(
          paying(trace).setName("cache").setParentSpanId(ByteString.copyFromUtf8("12345678")));
      sent.writeWanted(paying(trace));
    }
  }

  private Span.Builder paying(long trace) {
    return sent.span(trace)
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("payment")
                .setValue(AnyValue.newBuilder().setStringValue("card " + CARD)));
  }
}
