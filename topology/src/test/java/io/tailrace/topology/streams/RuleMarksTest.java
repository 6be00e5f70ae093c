package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.streams.SamplerHarness.Exported;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the rules of an adaptive_tail_sampling block leave on kept spans. */
class RuleMarksTest {
  private static final String MARK = "otelcol.processor.adaptive_tail_sampling.";
  private static final String RULES =
      """
      adaptive_tail_sampling:
        span_limit: 3
        record_fingerprint: %s
        rules:
          - name: errors
            conditions: [status.code == STATUS_CODE_ERROR]
            sampler: {type: always_sample}
          - name: rest
            sampler:
              type: adaptive_percentage
              goal_percentage: 100
              fingerprint_attributes: [root.name, 'span.attributes["k"]']
      """;

  /** Of the first 8 bytes, computed with another tool. */
  private static final String SHA_256 = "db7a6b75eb59ddb3";

  @TempDir Path stateDir;

  private SamplerHarness start(String record) {
    return new SamplerHarness.Builder(stateDir)
        .policies(RULES.formatted(record))
        .waits(30_000, 2_000)
        .start();
  }

  /** The value of a mark on every span of a record; null if none has it. */
  private static String mark(Exported record, String name) {
    List<String> values =
        record.stampedSpans().stream()
            .map(
                span ->
                    span.getAttributesList().stream()
                        .filter(attribute -> attribute.getKey().equals(MARK + name))
                        .map(attribute -> attribute.getValue().getStringValue())
                        .findFirst()
                        .orElse("none"))
            .distinct()
            .toList();
    assertThat(values).as("of all spans").hasSize(1);
    return values.get(0);
  }

  private static Span root(long trace, String key) {
    Span.Builder span = Otlp.span(trace).toBuilder().setName("GET /");
    return key == null ? span.build() : span.addAttributes(Otlp.string("k", key)).build();
  }

  @Test
  void sayWhichRuleKeptTheTrace_andWhyWhen() {
    try (SamplerHarness sampler = start("none")) {
      sampler.send(0, root(1, null));
      sampler.send(0, Otlp.child(2, "child"));
      sampler.send(
          0, Otlp.error(3), Otlp.child(3, "child"), Otlp.child(3, "other"), Otlp.child(3, "more"));
      sampler.passTo(31_000);
      sampler.send(31_500, Otlp.child(2, "late"));

      assertThat(sampler.exported())
          .extracting(
              e ->
                  e.traceId().substring(31)
                      + " "
                      + mark(e, "rule")
                      + " "
                      + mark(e, "trigger")
                      + " "
                      + mark(e, "fingerprint"))
          .containsExactlyInAnyOrder(
              "1 rest root_span none",
              "2 rest trace_timeout none",
              "3 errors span_limit none",
              "2 rest trace_timeout none");
    }
  }

  @Test
  void haveTheFingerprint_asItIsOrAsAHash() {
    for (String record : List.of("value", "hash")) {
      try (SamplerHarness sampler = start(record)) {
        sampler.send(0, root(1, "b"), root(1, "a"));
        sampler.send(0, Otlp.error(2));
        sampler.passTo(3_000);
        sampler.send(4_000, root(1, "c"));
        sampler.passTo(31_000);

        String text = "GET /\u2022a,b";
        assertThat(sampler.exported())
            .extracting(e -> e.traceId().substring(31) + " " + mark(e, "fingerprint"))
            .as("late spans have that of the decision, errors have none")
            .containsExactlyInAnyOrder(
                "1 " + (record.equals("value") ? text : SHA_256),
                "1 " + (record.equals("value") ? text : SHA_256),
                "2 none");
      }
    }
  }

  @Test
  void areNotWritten_byPolicies() {
    try (SamplerHarness sampler = new SamplerHarness.Builder(stateDir).start()) {
      sampler.send(0, root(1, null));
      sampler.passTo(30_001);
      assertThat(mark(sampler.exported().get(0), "rule")).isEqualTo("none");
    }
  }
}
