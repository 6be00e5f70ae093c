package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.streams.SamplerHarness.Exported;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What policies see of open traces, also of those that came while others judged. */
class TailSamplerPoliciesTest {
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
  private static final String ALL = "policies: [{name: all, type: always_sample}]";
  private static final String NOTHING =
      "policies: [{name: none, type: span_count, span_count: {min_spans: 1000000}}]";

  @TempDir Path stateDir;

  private SamplerHarness.Builder sampler() {
    return new SamplerHarness.Builder(stateDir);
  }

  @Test
  void policiesChangeAtTheirTime_andEachTraceIsJudgedByOneVersion() {
    try (SamplerHarness sampler = sampler().policies(NOTHING).start()) {
      sampler.send(0, Otlp.span(1));
      sampler.send(1_000, Otlp.error(2));
      sampler.send(2_000, Otlp.span(3));
      sampler.publish(7, 30_500, ERRORS);
      sampler.publish(8, 31_500, ALL);
      sampler.send(60_000, Otlp.span(4));

      List<Exported> exported = sampler.exported();
      assertThat(exported).extracting(Exported::traceId).allMatch(id -> id.matches(".*[23]"));
      assertThat(exported)
          .extracting(trace -> trace.header("tailrace-policy-version"))
          .containsExactly("7", "8");
    }
  }

  /** The test driver commits after each record. */
  @Test
  void theStateOfPoliciesIsSavedWithTheCommit() {
    try (SamplerHarness sampler =
        sampler()
            .policies(
                "policies: [{name: few, type: rate_limiting, rate_limiting: {spans_per_second: 5}}]")
            .start()) {
      sampler.send(0, Otlp.span(1));
      assertThat(
              sampler.driver.<String, byte[]>getKeyValueStore(StoreNames.POLICY_STATE).get("judge"))
          .as("nothing is decided yet")
          .isNull();
      sampler.passTo(40_000);
      assertThat(
              sampler.driver.<String, byte[]>getKeyValueStore(StoreNames.POLICY_STATE).get("judge"))
          .isNotNull();
    }
  }

  @Test
  void signalsOfOneTraceAreNotThoseOfTheNext() {
    String policies =
        """
        policies:
          - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
          - name: vip
            type: string_attribute
            string_attribute: {key: customer.tier, values: [vip]}
        """;
    try (SamplerHarness sampler = sampler().policies(policies).start()) {
      Span vip =
          Otlp.child(2, "a").toBuilder().addAttributes(Otlp.string("customer.tier", "vip")).build();
      Span none =
          Otlp.child(3, "b").toBuilder().addAttributes(Otlp.string("customer.tier", "no")).build();
      sampler.send(0, Otlp.error(1));
      sampler.send(1, vip);
      sampler.send(2, none);
      sampler.send(3, Otlp.error(4), vip.toBuilder().setTraceId(Otlp.traceId(5)).build(), none);
      sampler.passTo(40_000);

      assertThat(sampler.exported())
          .extracting(t -> t.traceId().substring(31) + " " + t.header("tailrace-policy"))
          .containsExactly("1 errors", "2 vip", "4 errors", "5 vip");
    }
  }

  @Test
  void newPoliciesJudgeOpenTracesBySignalsThatNobodyHadAskedFor() {
    try (SamplerHarness sampler = sampler().policies(NOTHING).onDisk().start()) {
      Span vip =
          Otlp.span(1).toBuilder().addAttributes(Otlp.string("customer.tier", "vip")).build();
      sampler.send(0, vip);
      sampler.send(1_000, Otlp.child(1, "a"), Otlp.span(2));
      sampler.publish(
          3,
          10_000,
          """
          policies:
            - name: vip
              type: string_attribute
              string_attribute: {key: customer.tier, values: [vip]}
          """);
      sampler.send(20_000, Otlp.child(1, "b"), Otlp.child(2, "c"));
      sampler.send(
          21_000, Otlp.span(3).toBuilder().addAllAttributes(vip.getAttributesList()).build());
      sampler.passTo(60_000);

      assertThat(sampler.exported())
          .hasSize(2)
          .anySatisfy(trace -> assertThat(trace.spans()).hasSize(3).contains(vip));
    }
  }

  @Test
  void conditionsSeeSpansWithTheirEventsScopeAndResource() {
    String policies =
        """
        policies:
          - name: slow-checkout
            type: ottl_condition
            ottl_condition:
              error_mode: ignore
              span:
                - >-
                  resource.attributes["service.name"] == "shop" and name == "checkout"
                  and end_time - start_time > Duration("1s")
          - name: gave-up
            type: ottl_condition
            ottl_condition:
              error_mode: ignore
              spanevent:
                - name == "retry" and attributes["attempt"] > 2 and instrumentation_scope.name == ""
                - span.name == "batch" and name == "retry" and event_index == 1
        """;
    try (SamplerHarness sampler = sampler().policies(policies).start()) {
      Span slow = Otlp.child(1, "checkout").toBuilder().setEndTimeUnixNano(1_000_000_001).build();
      Span fast = Otlp.child(2, "checkout").toBuilder().setEndTimeUnixNano(1_000_000_000).build();
      Span.Event retry = retry(3);
      sampler.send(
          0,
          Otlp.child(1, "a"),
          slow,
          fast,
          Otlp.child(2, "a"),
          Otlp.child(3, "a"),
          Otlp.child(4, "b"));
      sampler.send(
          1, Otlp.child(3, "a").toBuilder().addEvents(retry(2)).addEvents(retry(3)).build());
      sampler.send(2, Otlp.child(4, "b").toBuilder().addEvents(retry(2)).build());
      sampler.send(
          3, Otlp.child(5, "batch").toBuilder().addEvents(retry(0)).addEvents(retry).build());
      sampler.passTo(40_000);

      assertThat(sampler.exported())
          .extracting(t -> t.traceId().substring(31) + " " + t.header("tailrace-policy"))
          .containsExactly("1 slow-checkout", "3 gave-up", "5 gave-up");
    }
  }

  @Test
  void conditionsBeyondThe64thSignalHoldOverRecords() {
    String policies =
        IntStream.range(0, 140)
            .mapToObj(
                i ->
                    "{name: p%d, type: ottl_condition, ottl_condition: {span: ['name == \"n%d\"']}}"
                        .formatted(i, i))
            .collect(Collectors.joining(", ", "policies: [", "]"));
    try (SamplerHarness sampler = sampler().policies(policies).start()) {
      sampler.send(0, Otlp.child(1, "n139"), Otlp.child(2, "none"), Otlp.child(3, "n70"));
      sampler.send(1, Otlp.child(1, "none"), Otlp.child(3, "n3"));
      sampler.passTo(30_000);

      assertThat(sampler.exported())
          .extracting(t -> t.traceId().substring(31) + " " + t.header("tailrace-policy"))
          .containsExactly("1 p139", "3 p3");
    }
  }

  private static Span.Event retry(int attempt) {
    AnyValue value = AnyValue.newBuilder().setIntValue(attempt).build();
    return Span.Event.newBuilder()
        .setName("retry")
        .addAttributes(Otlp.attribute("attempt", value))
        .build();
  }

  @Test
  void newConditionsJudgeOpenTraces_andTheirNowIsAsIfTheyHadBeenInForce() {
    String condition =
        "policies: [{name: c, type: ottl_condition, ottl_condition: {error_mode: propagate, span: "
            + "['name == \"wanted\" and UnixMilli(Now()) == 1800000001000']}}]";
    try (SamplerHarness sampler = sampler().policies(NOTHING).onDisk().start()) {
      sampler.send(500, Otlp.span(2));
      sampler.send(1_000, Otlp.span(1), Otlp.span(3));
      sampler.publish(3, 10_000, condition);
      sampler.send(5_000, Otlp.child(1, "wanted"), Otlp.child(2, "wanted"));
      sampler.send(20_000, Otlp.child(3, "b"));
      sampler.passTo(60_000);

      assertThat(sampler.exported())
          .singleElement()
          .satisfies(
              trace ->
                  assertThat(trace.spans()).containsExactly(Otlp.span(1), Otlp.child(1, "wanted")));
    }
    try (SamplerHarness sampler = sampler().policies(condition).start()) {
      sampler.send(1_000, Otlp.span(1));
      sampler.send(5_000, Otlp.child(1, "wanted"));
      sampler.passTo(60_000);
      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.spans()).hasSize(2));
    }
  }

  @Test
  void conditionThatMeetsMalformedBytesHasNoAnswer_andTheSpanIsNoDeadLetter() {
    String policies =
        """
        policies:
          - name: %s
            type: ottl_condition
            ottl_condition: {error_mode: %s, span: ['attributes["a"] == "x"', 'name == "ok"']}
        """;
    UnknownFieldSet.Field broken =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFromUtf8("broken"))
            .build();
    Span bad =
        Otlp.child(1, "ok").toBuilder()
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(9, broken).build())
            .build();
    for (String mode : List.of("ignore", "propagate")) {
      try (SamplerHarness sampler = sampler().policies(policies.formatted("c", mode)).start()) {
        sampler.send(0, bad, Otlp.span(2));
        sampler.passTo(30_000);

        assertThat(sampler.read(SamplerHarness.TOPICS.export()))
            .hasSize(mode.equals("ignore") ? 1 : 0);
        assertThat(sampler.deadLetters()).isEmpty();
      }
    }
  }

  @Test
  void brokenAttributeHarmsNobody_alsoWhenPoliciesAskForItLater() {
    try (SamplerHarness sampler = sampler().policies(NOTHING).start()) {
      Span broken =
          Otlp.span(1).toBuilder()
              .setUnknownFields(
                  UnknownFieldSet.newBuilder()
                      .addField(
                          9,
                          UnknownFieldSet.Field.newBuilder()
                              .addLengthDelimited(ByteString.copyFromUtf8("broken"))
                              .build())
                      .build())
              .build();
      sampler.send(0, broken);
      sampler.publish(
          3,
          10_000,
          "policies: [{name: vip, type: string_attribute, string_attribute: {key: a, values: [b],"
              + " invert_match: true}}]");
      sampler.send(11_000, broken.toBuilder().setTraceId(Otlp.traceId(2)).build());
      sampler.passTo(60_000);

      assertThat(sampler.exported()).hasSize(2);
      assertThat(sampler.deadLetters()).isEmpty();
    }
  }
}
