package io.tailrace.topology.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.export.Redaction;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanLinesTest {
  @Test
  void showsAttributesEventsAndResource_ifAskedTo() {
    SpanLines lines = new SpanLines(List.of());
    lines.add(piece("4111"));

    SpanLine.Details details = lines.all().get(0).details();

    assertThat(details.attributes()).containsEntry("card", "4111");
    assertThat(details.resource()).containsEntry("service.name", "shop");
    assertThat(details.events()).hasSize(1);
    assertThat(details.events().get(0).name()).isEqualTo("retry");
    assertThat(details.events().get(0).atUs()).isEqualTo(7);
    assertThat(details.events().get(0).attributes()).containsEntry("card", "4111");

    SpanLines without = new SpanLines();
    without.add(piece("4111"));
    assertThat(without.all().get(0).details()).isNull();
  }

  @Test
  void redactsWhatIsShown_asExportedSpans() {
    List<Redaction> redactions =
        PolicySet.parse(
                """
                redaction: {allow_all_keys: true, blocked_values: ['4[0-9]{3}']}
                policies: [{name: all, type: always_sample}]
                """)
            .get()
            .exportRules()
            .redactions();
    SpanLines lines = new SpanLines(redactions);
    lines.add(piece("4111"));

    assertThat(lines.all()).hasSize(1);
    assertThat(lines.all().toString()).contains("card", "****").doesNotContain("4111");
  }

  @Test
  void leavesOutDetailsBeyondTheLimit_butNoSpan() {
    SpanLines lines = new SpanLines(List.of());
    byte[] piece = piece("x".repeat(1_000));
    int spans = SpanLines.MAX_SPANS;
    for (int i = 0; i <= spans; i++) {
      lines.add(piece);
    }

    assertThat(lines.all()).hasSize(spans);
    assertThat(lines.all().get(0).details().attributes().get("card")).hasSize(501).endsWith("…");

    SpanLines many = new SpanLines(List.of());
    for (int i = 0; i < 20; i++) {
      many.add(wide());
    }
    assertThat(many.all()).hasSize(20);
    assertThat(many.all().get(0).details().attributes()).hasSize(100);
    assertThat(many.all().get(19).details()).as("below 1 Mi characters").isNotNull();
    for (int i = 0; i < 20; i++) {
      many.add(wide());
    }
    assertThat(many.all().get(39).details()).isNull();
  }

  private static byte[] piece(String card) {
    KeyValue attribute = attribute("card", card);
    return piece(
        Span.newBuilder()
            .addAttributes(attribute)
            .addEvents(
                Span.Event.newBuilder()
                    .setName("retry")
                    .setTimeUnixNano(7_000)
                    .addAttributes(attribute)));
  }

  private static byte[] wide() {
    Span.Builder span = Span.newBuilder();
    for (int i = 0; i < 200; i++) {
      span.addAttributes(attribute("key" + i, "x".repeat(400)));
    }
    return piece(span);
  }

  private static byte[] piece(Span.Builder span) {
    byte[] id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    return TracesData.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(attribute("service.name", "shop")))
                .addScopeSpans(
                    ScopeSpans.newBuilder()
                        .addSpans(
                            span.setName("GET /")
                                .setTraceId(ByteString.copyFrom(id))
                                .setSpanId(ByteString.copyFrom(id, 0, 8)))))
        .build()
        .toByteArray();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
