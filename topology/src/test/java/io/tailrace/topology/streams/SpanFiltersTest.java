package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.sampling.Otlp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans and span events that are left out of kept traces. */
class SpanFiltersTest {
  private static final String KEEP = "policies: [{name: all, type: always_sample}]\n";
  private static final String CACHE =
      "filter/cache: {traces: {span: ['IsMatch(name, \"^cache\")'],"
          + " spanevent: ['attributes[\"noise\"] == true']}}\n";

  @TempDir Path stateDir;
  private SamplerHarness sampler;

  private void start(String policies) {
    sampler = new SamplerHarness.Builder(stateDir).policies(policies).start();
  }

  @AfterEach
  void stop() {
    sampler.close();
  }

  private static Span.Builder child(String name) {
    return Otlp.span(1).toBuilder()
        .setName(name)
        .setParentSpanId(ByteString.copyFromUtf8("01234567"));
  }

  private static Span failed(Span.Builder span) {
    return span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR)).build();
  }

  private List<String> exported() {
    List<String> names = new ArrayList<>();
    sampler.exported().forEach(e -> e.spans().forEach(s -> names.add(s.getName())));
    return names;
  }

  private double leftOut(String part) {
    return sampler.count("tailrace.export.left.out", "part", part);
  }

  @Test
  void spansAreLeftOut_butNoRootAndNoError() {
    start(KEEP + CACHE);
    sampler.send(
        0,
        Otlp.span(1).toBuilder().setName("cache root").build(),
        child("cache get").build(),
        failed(child("cache failed")),
        child("call").build());
    sampler.passTo(30_000);

    assertThat(exported()).containsExactly("cache root", "cache failed", "call");
    assertThat(leftOut("span")).isEqualTo(1);
  }

  @Test
  void rootsAndErrorsAreLeftOutIfAllowed() {
    start(KEEP + CACHE.replace("{traces", "{allow_roots: true, traces"));
    sampler.send(
        0,
        Otlp.span(1).toBuilder().setName("cache root").build(),
        failed(child("cache failed")),
        child("call").build());
    sampler.passTo(30_000);

    assertThat(exported()).containsExactly("call");
  }

  @Test
  void aSpanThatMeetsTheRootConditionIsARoot() {
    start("root_span_condition: 'kind == SPAN_KIND_SERVER'\n" + KEEP + CACHE);
    sampler.send(
        0,
        child("cache served").setKind(Span.SpanKind.SPAN_KIND_SERVER).build(),
        child("cache get").build());
    sampler.passTo(30_000);

    assertThat(exported()).containsExactly("cache served");
  }

  @Test
  void eventsAreLeftOut_andTheOthersKeepTheirOrder() {
    start(KEEP + CACHE);
    Span.Builder span = child("call");
    for (String name : List.of("a", "noise", "b", "noise", "c")) {
      Span.Event.Builder event = Span.Event.newBuilder().setName(name);
      if (name.equals("noise")) {
        event.addAttributesBuilder().setKey("noise").getValueBuilder().setBoolValue(true);
      }
      span.addEvents(event);
    }
    sampler.send(0, span.build());
    sampler.passTo(30_000);

    Span exported = sampler.exported().get(0).spans().get(0);
    assertThat(exported.getEventsList())
        .extracting(Span.Event::getName)
        .containsExactly("a", "b", "c");
    assertThat(exported.toBuilder().clearEvents().build()).isEqualTo(span.clearEvents().build());
    assertThat(leftOut("spanevent")).isEqualTo(2);
    assertThat(leftOut("span")).isZero();
  }

  @Test
  void lateSpansAndThoseReadBackAreFiltered_too() {
    start(
        "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]\n"
            + CACHE);
    sampler.send(0, child("cache get").build(), child("call").build());
    sampler.passTo(30_000);
    sampler.askFor("00000000000000010000000000000001", null);
    sampler.readBack();
    assertThat(exported()).containsExactly("call");

    sampler.send(31_000, child("cache late").build());
    assertThat(sampler.exported()).as("no record without a span").isEmpty();
    sampler.send(32_000, child("late").build());
    assertThat(exported()).containsExactly("late");
  }

  @Test
  void policiesJudgeAllSpans_andThePolicyOfTheExportFilters() {
    start(KEEP + CACHE.replace("^cache", "^other"));
    sampler.publish(2, 20_000, KEEP + CACHE);
    sampler.send(0, child("cache get").build(), child("other").build());
    sampler.passTo(30_000);

    assertThat(exported()).containsExactly("other");
    assertThat(sampler.read("decisions"))
        .anySatisfy(record -> assertThat(new String(record.value())).contains("\"spans\":2"));
  }

  @Test
  void conditionsSeeWhatRedactionMasksLater() {
    start(
        KEEP
            + "redaction: {allow_all_keys: true, blocked_values: [cached]}\n"
            + "filter: {traces: {span: ['attributes[\"from\"] == \"cached\"']}}\n");
    sampler.send(
        0,
        child("a").addAttributes(Otlp.string("from", "cached")).build(),
        child("b").addAttributes(Otlp.string("from", "cached, not only")).build());
    sampler.passTo(30_000);

    Span exported = sampler.exported().get(0).spans().get(0);
    assertThat(exported.getName()).isEqualTo("b");
    assertThat(exported.getAttributes(0).getValue().getStringValue()).isEqualTo("****, not only");
  }

  @Test
  void aConditionThatFailsIsNotMet() {
    start(KEEP + "filter: {error_mode: propagate, traces: {span: ['Int(name) / 0 == 1']}}\n");
    sampler.send(0, child("7").build());
    sampler.passTo(30_000);

    assertThat(exported()).containsExactly("7");
  }
}
