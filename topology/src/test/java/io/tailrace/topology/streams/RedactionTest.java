package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.sampling.Otlp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redaction of spans when they are exported. */
class RedactionTest {
  private static final String KEEP = "policies: [{name: all, type: always_sample}]\n";
  private static final String CARDS =
      "redaction/cards: {allow_all_keys: true, blocked_values: ['4[0-9]{3}'],"
          + " blocked_key_patterns: ['token']}\n";
  private static final String CARD = "4111";

  @TempDir Path stateDir;

  private SamplerHarness.Builder sampler(String policies) {
    return new SamplerHarness.Builder(stateDir).policies(policies);
  }

  private static Span card(long trace, String name) {
    return Otlp.span(trace).toBuilder()
        .setName(name)
        .addAttributes(Otlp.string("card", "no. " + CARD))
        .build();
  }

  private static String value(Span span) {
    return span.getAttributes(0).getValue().getStringValue();
  }

  private static double redacted(SamplerHarness sampler, String result) {
    return sampler.count("tailrace.spans.redacted", "result", result);
  }

  @Test
  void allPartsAreRedacted_andOtherSpansLeaveAsTheyCame() throws Exception {
    Span.Builder span = card(1, "bad").toBuilder().addAttributes(Otlp.string("my.token", "secret"));
    span.addEventsBuilder().setName(CARD).addAttributes(Otlp.string("e", CARD));
    span.addLinksBuilder().addAttributes(Otlp.string("l", CARD));
    Span fine =
        Otlp.span(1).toBuilder()
            .addAttributes(Otlp.string("fine", "x"))
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                    .build())
            .build();
    ScopeSpans.Builder scope = ScopeSpans.newBuilder().addSpans(span);
    scope.getScopeBuilder().setName(CARD).addAttributes(Otlp.string("s", CARD));
    ResourceSpans.Builder resource = Otlp.resource("shop " + CARD).addScopeSpans(scope);
    try (SamplerHarness sampler = sampler(KEEP + CARDS).start()) {
      sampler.sendBytes(
          0,
          TracesData.newBuilder()
              .addResourceSpans(resource)
              .addResourceSpans(Otlp.request(fine).getResourceSpans(0))
              .build()
              .toByteArray());
      sampler.passTo(30_000);

      TestRecord<byte[], byte[]> record = sampler.exported().get(0).record();
      List<ResourceSpans> out = TracesData.parseFrom(record.value()).getResourceSpansList();
      assertThat(out.get(0).getResource().getAttributes(0))
          .isEqualTo(Otlp.string("service.name", "shop ****"));
      ScopeSpans scopeOut = out.get(0).getScopeSpans(0);
      assertThat(scopeOut.getScope().getAttributes(0)).isEqualTo(Otlp.string("s", "****"));
      assertThat(scopeOut.getScope().getName()).as("names stay").isEqualTo(CARD);
      Span bad = scopeOut.getSpans(0);
      assertThat(bad.getAttributesList())
          .containsExactly(Otlp.string("card", "no. ****"), Otlp.string("my.token", "****"));
      assertThat(bad.getEvents(0).getAttributes(0)).isEqualTo(Otlp.string("e", "****"));
      assertThat(bad.getLinks(0).getAttributes(0)).isEqualTo(Otlp.string("l", "****"));
      assertThat(out.get(1).getScopeSpans(0).getSpans(0).toBuilder().clearTraceState().build())
          .isEqualTo(fine);
      assertThat(redacted(sampler, "redacted")).isEqualTo(1);
      assertThat(redacted(sampler, "refused")).isZero();
    }
  }

  @Test
  void namesAreRedacted_whereAskedFor() {
    String names =
        KEEP
            + "redaction: {allow_all_keys: true, blocked_values: ['4[0-9]{3}'],"
            + " redact_names: true}";
    Span.Builder span = Otlp.span(1).toBuilder().setName("GET /" + CARD);
    span.addEventsBuilder().setName(CARD);
    span.getStatusBuilder().setMessage("bad " + CARD);
    try (SamplerHarness sampler = sampler(names).start()) {
      sampler.send(0, span.build());
      sampler.passTo(30_000);

      Span out = sampler.exported().get(0).spans().get(0);
      assertThat(out.getName()).isEqualTo("GET /****");
      assertThat(out.getEvents(0).getName()).isEqualTo("****");
      assertThat(out.getStatus().getMessage()).isEqualTo("bad ****");
    }
  }

  @Test
  void theRulesOfTheNewestVersionHold_alsoForTracesKeptBefore() {
    try (SamplerHarness sampler = sampler(KEEP).start()) {
      sampler.send(0, card(1, "early"));
      sampler.passTo(30_000);
      assertThat(value(sampler.exported().get(0).spans().get(0))).contains(CARD);

      sampler.publish(1, 40_000, KEEP + CARDS);
      sampler.passTo(75_000);
      sampler.send(76_000, card(1, "late"));
      SamplerHarness.Exported late = sampler.exported().get(0);
      assertThat(late.header("tailrace-policy-version")).isEqualTo("0");
      assertThat(value(late.spans().get(0))).isEqualTo("no. ****");
    }
  }

  @Test
  void spansThatAreReadBackAreRedacted() {
    String errors =
        "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]\n";
    try (SamplerHarness sampler = sampler(errors + CARDS).start()) {
      sampler.send(0, card(1, "first"));
      sampler.passTo(30_000);
      sampler.send(31_000, Otlp.error(1));
      sampler.exported();
      sampler.tick();
      sampler.readBack();

      List<Span> back = sampler.exported().get(0).spans();
      assertThat(back).extracting(Span::getName).containsExactly("first");
      assertThat(value(back.get(0))).isEqualTo("no. ****");
    }
  }

  @Test
  void aSpanThatCannotBeReadIsADeadLetterWithoutPayload_andTheOthersLeave() {
    Span unreadable =
        Otlp.span(1).toBuilder()
            .addAttributes(
                Otlp.attribute(
                    "card",
                    AnyValue.newBuilder()
                        .setUnknownFields(
                            UnknownFieldSet.newBuilder()
                                .addField(
                                    50,
                                    UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8(CARD))
                                        .build())
                                .build())
                        .build()))
            .build();
    try (SamplerHarness sampler = sampler(KEEP + CARDS).start()) {
      sampler.send(0, unreadable, card(1, "good"));
      sampler.send(1, unreadable.toBuilder().setTraceId(Otlp.traceId(2)).build());
      sampler.passTo(30_001);

      assertThat(sampler.exported())
          .as("trace 2 has no other span")
          .singleElement()
          .satisfies(trace -> assertThat(trace.spans()).hasSize(1))
          .satisfies(trace -> assertThat(value(trace.spans().get(0))).isEqualTo("no. ****"));
      assertThat(sampler.deadLetters())
          .hasSize(2)
          .allSatisfy(
              letter -> {
                assertThat(letter.value()).isNull();
                assertThat(SamplerHarness.text(letter, "tailrace-reason"))
                    .isEqualTo(
                        "cannot be redacted, the span is left out: an attribute value of unknown"
                            + " type");
              });
      assertThat(redacted(sampler, "refused")).isEqualTo(2);
    }
  }

  @Test
  void aSpanThatGrowsWithoutBoundIsADeadLetter_andTheOthersLeave() {
    String hashes =
        KEEP
            + "redaction: {allow_all_keys: true, hash_function: sha3, blocked_values: [x],"
            + " redact_names: true}";
    String large = "x".repeat(400_000);
    try (SamplerHarness sampler = sampler(hashes).start()) {
      sampler.send(0, Otlp.span(1).toBuilder().setName(large).build(), card(1, "good"));
      sampler.send(0, Otlp.span(1).toBuilder().addAttributes(Otlp.string("k", large)).build());
      sampler.passTo(30_000);

      assertThat(sampler.exported().get(0).spans()).containsExactly(card(1, "good"));
      assertThat(sampler.deadLetters())
          .hasSize(2)
          .allSatisfy(
              letter ->
                  assertThat(SamplerHarness.text(letter, "tailrace-reason"))
                      .endsWith("more than 16777216 chars when masked"));
    }
  }

  @Test
  void jsonIsRedacted_andSoAreSpansThatAreTooLarge() {
    try (SamplerHarness sampler =
        sampler(KEEP + CARDS).export(Encoding.OTLP_JSON).maxExportRecord(100).start()) {
      sampler.send(0, card(1, "a"), card(1, "b"));
      sampler.passTo(30_000);

      assertThat(sampler.exported())
          .hasSize(2)
          .extracting(trace -> new String(trace.record().value(), StandardCharsets.UTF_8))
          .allSatisfy(json -> assertThat(json).contains("no. ****").doesNotContain(CARD));
    }
  }

  @Test
  void theMarksOfARuleAreRedacted_andTheThresholdStays() {
    String rules =
        "adaptive_tail_sampling: {record_fingerprint: value, rules: [{name: all, sampler: {type:"
            + " adaptive_percentage, goal_percentage: 100, fingerprint_attributes:"
            + " ['span.attributes[\"card\"]']}}]}\n";
    try (SamplerHarness sampler = sampler(rules + CARDS).waits(30_000, 2_000).start()) {
      sampler.send(0, card(1, "a"));
      sampler.passTo(31_000);

      Span out = sampler.exported().get(0).stampedSpans().get(0);
      assertThat(out.getAttributesList())
          .contains(
              Otlp.string("otelcol.processor.adaptive_tail_sampling.fingerprint", "no. ****"));
      assertThat(out.getTraceState()).isEqualTo("ot=th:0");
    }
  }

  @Test
  void blocksApplyOneAfterAnother_andTellOfIt() {
    String blocks =
        "redaction/a: {allow_all_keys: true, blocked_values: ['4[0-9]{3}'], summary: debug}\n"
            + "redaction/b: {allowed_keys: [card], blocked_values: ['no'], summary: debug}\n";
    try (SamplerHarness sampler = sampler(KEEP + blocks).start()) {
      sampler.send(0, card(1, "a").toBuilder().addAttributes(Otlp.string("other", "x")).build());
      sampler.passTo(30_000);

      assertThat(sampler.exported().get(0).spans().get(0).getAttributesList())
          .containsExactly(
              Otlp.string("card", "****. ****"),
              Otlp.string("redaction.masked.keys", "card,card"),
              Otlp.attribute(
                  "redaction.masked.count", AnyValue.newBuilder().setIntValue(2).build()),
              Otlp.string("redaction.redacted.keys", "other"),
              Otlp.attribute(
                  "redaction.redacted.count", AnyValue.newBuilder().setIntValue(1).build()));
    }
  }
}
