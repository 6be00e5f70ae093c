package io.tailrace.loadtests.oracle;

import static io.tailrace.loadtests.oracle.SyntheticLog.ERRORS;
import static io.tailrace.loadtests.oracle.SyntheticLog.error;
import static io.tailrace.loadtests.oracle.SyntheticLog.id;
import static io.tailrace.loadtests.oracle.SyntheticLog.request;
import static io.tailrace.loadtests.oracle.SyntheticLog.span;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an export may be, and every way in which it may be wrong. */
class VerifierTest {
  private final List<ExportedRecord> export = new ArrayList<>();
  private Expectation expectation;

  /** Traces 1 and 2 are kept, the last span of 1 is late; 3 is not kept; 4 is undetermined. */
  @BeforeEach
  void aRightExport() {
    SyntheticLog log =
        new SyntheticLog()
            .write(0, 1_000, span(1, 11), span(2, 21), span(3, 31), span(4, 41))
            .write(0, 2_000, error(1, 12), error(2, 22), span(3, 32))
            .write(0, 2_500, error(4, 42))
            .write(0, 9_000, span(1, 13));
    expectation =
        new Oracle(
                new Oracle.Rules(true, 3_000, 500, 0, true),
                ERRORS.replace("{\"pol", "{\"reconsider_late\":false,\"pol"),
                List.of(),
                Set.of(new Position(0, 2)),
                1_000_000)
            .judge(log.ingest);
    export.add(record(1, span(1, 11), error(1, 12)));
    export.add(record(1, span(1, 13)));
    export.add(record(2, span(2, 21), error(2, 22)));
  }

  @Test
  void acceptsTheRightExport() {
    assertThat(differences(Guarantee.EXACTLY_ONCE)).isEmpty();
  }

  @Test
  void acceptsAnOpenTraceWhole_andNotInPart() {
    export.add(record(4, span(4, 41), error(4, 42)));
    assertThat(differences(Guarantee.EXACTLY_ONCE)).isEmpty();

    export.set(3, record(4, error(4, 42)));
    assertThat(differences(Guarantee.EXACTLY_ONCE))
        .containsExactly("trace %s lacks span %016x, 1 times".formatted(id(4), 41));
  }

  @Test
  void seesADeletedSpan() {
    export.set(2, record(2, error(2, 22)));

    assertThatOnly(2, "lacks span 0000000000000015");
  }

  @Test
  void seesADeletedLateSpan() {
    export.remove(1);

    assertThatOnly(1, "lacks span 000000000000000d");
  }

  @Test
  void seesADeletedTrace() {
    export.remove(2);

    assertThatOnly(2, "is missing");
  }

  @Test
  void seesADoubledSpan() {
    export.set(2, record(2, span(2, 21), error(2, 22), error(2, 22)));

    assertThatOnly(2, "has span 0000000000000016 1 times too often");
  }

  @Test
  void seesADoubledRecord_unlessItMayComeAgain() {
    export.add(export.get(0));

    assertThat(differences(Guarantee.EXACTLY_ONCE)).hasSize(2);
    assertThat(differences(Guarantee.AT_LEAST_ONCE)).isEmpty();
  }

  @Test
  void seesSpansSwappedBetweenTraces() {
    export.set(0, record(1, span(1, 11), error(2, 22)));
    export.set(2, record(2, span(2, 21), error(1, 12)));

    for (Guarantee guarantee : Guarantee.values()) {
      assertThat(differences(guarantee))
          .hasSize(4)
          .anyMatch(difference -> difference.startsWith("trace " + id(1) + " lacks"))
          .anyMatch(difference -> difference.startsWith("trace " + id(2) + " lacks"))
          .anyMatch(difference -> difference.contains("of other content, or of elsewhere"));
    }
  }

  @Test
  void seesAForeignSpan() {
    export.set(2, record(2, span(2, 21), error(2, 22), span(2, 99)));

    assertThatOnly(2, "has span 0000000000000063 of other content, or of elsewhere");
  }

  @Test
  void seesAForeignTrace() {
    export.add(record(9, error(9, 91)));

    assertThatOnly(9, "is foreign");
  }

  @Test
  void seesATraceThatIsNotToBeKept() {
    export.add(record(3, span(3, 31), span(3, 32)));

    assertThatOnly(3, "was kept by errors");
  }

  @Test
  void acceptsAnyVerdictOfATraceKeptOnRequest_andRequiresItWhole() {
    ExpectedTrace asked = expectation.traces().get(id(3)).keptOnRequest();
    expectation = new Expectation(Map.of(id(3), asked), Set.of());
    export.clear();
    assertThat(differences(Guarantee.EXACTLY_ONCE)).singleElement().asString().contains("missing");

    export.add(record(3, span(3, 31)));
    assertThat(differences(Guarantee.EXACTLY_ONCE)).singleElement().asString().contains("lacks");

    export.add(record(3, span(3, 32)));
    assertThat(differences(Guarantee.EXACTLY_ONCE)).isEmpty();
  }

  @Test
  void seesChangedContent() {
    Span renamed = error(2, 22).toBuilder().setName("another").build();
    export.set(2, record(2, span(2, 21), renamed));

    assertThat(differences(Guarantee.EXACTLY_ONCE))
        .hasSize(2)
        .allMatch(difference -> difference.startsWith("trace " + id(2)));
  }

  @Test
  void seesChangedResources() {
    byte[] bare =
        request(stamped(span(2, 21), error(2, 22))).toBuilder()
            .setResourceSpans(
                0,
                request(stamped(span(2, 21), error(2, 22))).getResourceSpans(0).toBuilder()
                    .clearResource())
            .build()
            .toByteArray();
    export.set(2, new ExportedRecord(id(2), "errors", 0, "4000", "0", false, bare));

    assertThat(differences(Guarantee.AT_LEAST_ONCE)).hasSize(4);
  }

  @Test
  void seesASecondVerdict() {
    ExportedRecord late = export.get(1);
    export.set(1, new ExportedRecord(late.key(), "errors", 0, "9000", "0", true, late.value()));

    assertThatOnly(1, "has more than one verdict");
  }

  @Test
  void seesAVerdictOfAnotherTime() {
    ExportedRecord whole = export.get(2);
    export.set(2, new ExportedRecord(whole.key(), "errors", 0, "4001", "0", false, whole.value()));

    assertThatOnly(2, "was decided at [4001] (expected: at 4000)");
    assertThat(differences(Guarantee.AT_LEAST_ONCE)).hasSize(1);
  }

  @Test
  void seesAnotherPolicyVersion() {
    ExportedRecord whole = export.get(2);
    export.set(2, new ExportedRecord(whole.key(), "errors", 1, "4000", "0", false, whole.value()));

    assertThatOnly(2, "has verdict");
  }

  private void assertThatOnly(long trace, String how) {
    assertThat(differences(Guarantee.EXACTLY_ONCE))
        .hasSize(1)
        .allMatch(difference -> difference.startsWith("trace " + id(trace) + " " + how));
  }

  private List<String> differences(Guarantee guarantee) {
    return new Verifier(expectation, guarantee).differences(export);
  }

  private static ExportedRecord record(long trace, Span... spans) {
    return new ExportedRecord(
        id(trace), "errors", 0, "4000", "0", false, request(stamped(spans)).toByteArray());
  }

  private static Span[] stamped(Span... spans) {
    return Stream.of(spans)
        .map(span -> span.toBuilder().setTraceState("ot=th:0").build())
        .toArray(Span[]::new);
  }

  @Test
  void seesAWrongThreshold() {
    ExportedRecord whole = export.get(2);
    export.set(2, new ExportedRecord(whole.key(), "errors", 0, "4000", "8", false, whole.value()));

    assertThat(differences(Guarantee.EXACTLY_ONCE))
        .anySatisfy(difference -> assertThat(difference).contains("has verdict"));
  }

  @Test
  void seesASpanWithoutItsThreshold() {
    export.set(
        2,
        new ExportedRecord(
            id(2),
            "errors",
            0,
            "4000",
            "0",
            false,
            request(span(2, 21), error(2, 22).toBuilder().setTraceState("ot=th:0").build())
                .toByteArray()));

    assertThat(differences(Guarantee.EXACTLY_ONCE))
        .anySatisfy(difference -> assertThat(difference).contains("of other content"));
  }
}
