package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.sampling.Otlp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces that kept traces link to. */
class LinkedTracesTest {
  private static final String ERRORS =
      "{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}";
  private static final String DROP =
      "{name: health, type: drop, drop: {drop_sub_policy: [{name: s, type: string_attribute,"
          + " string_attribute: {key: health, values: [yes]}}]}}";
  private static final int CONSUMER = 1;
  private static final int PRODUCER = 2;
  private static final int BEFORE = 3;

  @TempDir Path stateDir;
  private SamplerHarness sampler;

  private SamplerHarness.Builder sampler(String... policies) {
    return new SamplerHarness.Builder(stateDir)
        .policies("{follow_links: true, policies: [" + String.join(", ", policies) + "]}");
  }

  @AfterEach
  void stop() {
    sampler.close();
  }

  private static Span span(int trace, String name, int... linked) {
    Span.Builder span = Otlp.span(trace).toBuilder().setName(name);
    for (int to : linked) {
      span.addLinks(Span.Link.newBuilder().setTraceId(Otlp.span(to).getTraceId()));
    }
    return span.build();
  }

  private static Span error(int trace, String name, int... linked) {
    return span(trace, name, linked).toBuilder()
        .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
        .build();
  }

  private static String id(int trace) {
    return "0000000000000001%016x".formatted(trace);
  }

  /** The exported spans by trace since the last call. */
  private Map<String, List<String>> exported() {
    Map<String, List<String>> names = new HashMap<>();
    for (SamplerHarness.Exported record : sampler.exported()) {
      record
          .spans()
          .forEach(
              span ->
                  names
                      .computeIfAbsent(record.traceId(), key -> new ArrayList<>())
                      .add(span.getName()));
    }
    return names;
  }

  private double answered(String outcome) {
    return sampler.count("tailrace.link.requests", "outcome", outcome);
  }

  @Test
  void aTraceThatWasNotKeptIsReadBackOnce_withoutAWeight() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, span(PRODUCER, "send"), span(PRODUCER, "call"));
    sampler.passTo(30_000);
    assertThat(sampler.exported()).isEmpty();

    sampler.send(40_000, error(CONSUMER, "receive", PRODUCER), error(CONSUMER, "again", PRODUCER));
    sampler.passTo(70_000);
    assertThat(exported()).containsOnlyKeys(id(CONSUMER));
    assertThat(sampler.hearOfLinks()).containsExactly(id(PRODUCER));
    sampler.tick();
    sampler.readBack();

    List<SamplerHarness.Exported> linked = sampler.exported();
    assertThat(linked).singleElement();
    assertThat(linked.get(0).header(HeaderNames.POLICY)).isEqualTo("(linked)");
    assertThat(linked.get(0).header(HeaderNames.THRESHOLD)).isNull();
    assertThat(linked.get(0).stampedSpans())
        .extracting(Span::getName, Span::getTraceState)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("send", ""),
            org.assertj.core.api.Assertions.tuple("call", ""));
    assertThat(answered("read_back")).isEqualTo(1);

    sampler.send(71_000, span(PRODUCER, "late"), error(4, "another consumer", PRODUCER));
    assertThat(exported()).isEqualTo(Map.of(id(PRODUCER), List.of("late")));
    sampler.passTo(101_000);
    assertThat(sampler.hearOfLinks()).as("again after a while").containsExactly(id(PRODUCER));
    sampler.tick();
    sampler.readBack();
    assertThat(exported()).containsOnlyKeys(id(4));
    assertThat(sampler.answers()).as("nobody waits for them").isEmpty();
  }

  @Test
  void anOpenTraceIsKeptWhenDue_unlessItsOwnPoliciesKeepIt() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, error(CONSUMER, "receive", PRODUCER, BEFORE));
    sampler.send(10_000, span(PRODUCER, "send"), error(BEFORE, "failed"));
    sampler.passTo(30_000);
    assertThat(sampler.hearOfLinks()).containsExactly(id(PRODUCER), id(BEFORE));
    assertThat(answered("kept_when_due")).isEqualTo(2);
    exported();
    sampler.read("decisions");

    sampler.passTo(40_000);

    Map<String, SamplerHarness.Exported> records = new HashMap<>();
    sampler.exported().forEach(record -> records.put(record.traceId(), record));
    assertThat(records.get(id(PRODUCER)).header(HeaderNames.POLICY)).isEqualTo("(linked)");
    assertThat(records.get(id(BEFORE)).header(HeaderNames.POLICY)).isEqualTo("errors");
    assertThat(records.get(id(BEFORE)).header(HeaderNames.THRESHOLD)).isEqualTo("0");
    assertThat(sampler.read("decisions"))
        .extracting(record -> new String(record.value()))
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains(id(PRODUCER), "\"policy\":\"(linked)\"", "\"linked\":true"))
        .anySatisfy(text -> assertThat(text).contains(id(BEFORE)).doesNotContain("linked"));
  }

  @Test
  void linksAreFollowedOneStepFar() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, span(BEFORE, "first"), span(PRODUCER, "send", BEFORE));
    sampler.passTo(30_000);
    sampler.send(31_000, error(CONSUMER, "receive", PRODUCER));
    sampler.passTo(61_000);
    sampler.hearOfLinks();
    sampler.tick();
    sampler.readBack();
    assertThat(exported()).containsOnlyKeys(id(CONSUMER), id(PRODUCER));

    sampler.send(62_000, span(PRODUCER, "late", BEFORE));

    assertThat(sampler.hearOfLinks()).isEmpty();
  }

  @Test
  void aLateSpanOfAKeptTraceHasLinks_too() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, error(CONSUMER, "receive"), span(PRODUCER, "send"));
    sampler.passTo(30_000);
    sampler.send(31_000, span(CONSUMER, "late", PRODUCER));

    assertThat(sampler.hearOfLinks()).containsExactly(id(PRODUCER));
    sampler.tick();
    sampler.readBack();

    assertThat(exported().get(id(PRODUCER))).containsExactly("send");
  }

  @Test
  void aTraceThatIsReadBackOnRequestHasLinks_too() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, span(CONSUMER, "receive", PRODUCER), span(PRODUCER, "send"));
    sampler.passTo(30_000);
    sampler.askFor(id(CONSUMER), null);
    sampler.readBack();

    assertThat(sampler.hearOfLinks()).containsExactly(id(PRODUCER));
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).containsOnlyKeys(id(CONSUMER), id(PRODUCER));
  }

  @Test
  void aDropPolicyIsFinal() {
    sampler = sampler(ERRORS, DROP).start();
    Span dropped =
        span(PRODUCER, "send").toBuilder().addAttributes(Otlp.string("health", "yes")).build();
    Span open =
        span(BEFORE, "open").toBuilder().addAttributes(Otlp.string("health", "yes")).build();
    sampler.send(0, dropped, error(CONSUMER, "receive", PRODUCER, BEFORE));
    sampler.send(10_000, open);
    sampler.passTo(30_000);
    sampler.hearOfLinks();
    sampler.tick();
    sampler.readBack();
    sampler.passTo(40_000);

    assertThat(exported()).containsOnlyKeys(id(CONSUMER));
    assertThat(answered("dropped")).isEqualTo(1);
    assertThat(answered("kept_when_due")).isEqualTo(1);
  }

  @Test
  void aTraceThatBeginsWithinAMinuteIsKept_andNoLaterOne() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, error(CONSUMER, "receive", PRODUCER, BEFORE));
    sampler.passTo(30_000);
    sampler.hearOfLinks();
    assertThat(answered("not_seen")).isEqualTo(2);
    exported();

    sampler.send(89_000, span(PRODUCER, "send"));
    sampler.passTo(91_000);
    sampler.tick();
    sampler.send(92_000, span(BEFORE, "too late"));
    sampler.passTo(200_000);

    assertThat(exported()).isEqualTo(Map.of(id(PRODUCER), List.of("send")));
  }

  @Test
  void marksOutliveTheTask() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, error(CONSUMER, "receive", PRODUCER, BEFORE));
    sampler.send(10_000, span(BEFORE, "open"));
    sampler.passTo(30_000);
    sampler.hearOfLinks();

    KeepState restored =
        new KeepState(sampler.driver.getKeyValueStore(StoreNames.POLICY_STATE), true);
    restored.forgetUnseen(SamplerHarness.START + 90_001, trace -> OptionalLong.empty());
    assertThat(restored.take(1, PRODUCER, 0)).as("no longer expected").isNull();
    assertThat(restored.take(1, BEFORE, 0)).isEqualTo(VerdictKind.LINKED);
  }

  /** As after a crash that lost the request and its position, and not the verdict. */
  @Test
  void aVerdictWithoutItsRequestIsServedAgain_withAtLeastOnceOnly() {
    for (boolean exactlyOnce : new boolean[] {true, false}) {
      SamplerHarness.Builder builder = sampler(ERRORS);
      sampler = (exactlyOnce ? builder : builder.atLeastOnce()).start();
      sampler.send(0, span(PRODUCER, "send"), error(CONSUMER, "receive", PRODUCER));
      sampler.passTo(30_000);
      exported();
      VerdictLedger ledger =
          (VerdictLedger) sampler.driver.getStateStore(StoreNames.VERDICT_LEDGER);
      Verdict lost = new Verdict(VerdictKind.LINKED, true, "(linked)", 0, 1_800_000_030_000L, 0, 1);
      ledger.verdicts().put(1, PRODUCER, lost);

      assertThat(sampler.hearOfLinks(0)).hasSize(1);
      sampler.tick();
      sampler.readBack();
      assertThat(exported().containsKey(id(PRODUCER))).isEqualTo(!exactlyOnce);
      sampler.send(40_000, span(CONSUMER, "late", PRODUCER));
      assertThat(sampler.hearOfLinks()).hasSize(1);
      assertThat(answered("already_kept")).isEqualTo(exactlyOnce ? 2 : 1);
      if (exactlyOnce) {
        sampler.close();
      }
    }
  }

  @Test
  void withAtLeastOnce_aTraceKeptWhenDueIsNotReadBack() {
    sampler = sampler(ERRORS).atLeastOnce().start();
    sampler.send(0, error(CONSUMER, "receive", PRODUCER));
    sampler.send(10_000, span(PRODUCER, "send"));
    sampler.passTo(30_000);
    sampler.hearOfLinks();
    sampler.passTo(40_000);
    assertThat(exported()).containsKey(id(PRODUCER));

    sampler.send(41_000, span(CONSUMER, "late", PRODUCER));
    sampler.hearOfLinks();
    sampler.tick();
    sampler.readBack();

    assertThat(exported()).doesNotContainKey(id(PRODUCER));
  }

  @Test
  void aMarkHoldsForTracesThatBeginInTimeOnly() {
    sampler = sampler(ERRORS).start();
    KeepState state = new KeepState(sampler.driver.getKeyValueStore(StoreNames.POLICY_STATE), true);
    TraceId late = new TraceId(1, 1);
    TraceId early = new TraceId(1, 2);
    TraceId renewed = new TraceId(1, 3);
    state.markUnseen(early, 90_000); // of a partition that is ahead
    state.markUnseen(late, 60_000);
    state.markUnseen(renewed, 60_000);
    state.markUnseen(renewed, 90_000);

    state.forgetUnseen(70_000, id -> OptionalLong.of(id.equals(late) ? 60_001 : 59_999));
    assertThat(state.take(1, 1, 60_001)).isNull();
    assertThat(state.take(1, 3, 80_000)).isEqualTo(VerdictKind.LINKED);
    assertThat(state.take(1, 2, 90_001)).as("decided before marks are examined").isNull();
  }

  @Test
  void aTraceIsRequestedAgainAfterAWhile() {
    sampler = sampler(ERRORS).start();
    sampler.send(0, error(CONSUMER, "receive", PRODUCER));
    sampler.send(1_000, error(4, "receive, too", PRODUCER));
    sampler.send(100_000, error(5, "receive much later", PRODUCER));
    sampler.passTo(50_000);
    assertThat(sampler.hearOfLinks()).containsExactly(id(PRODUCER));
    sampler.passTo(130_000);
    assertThat(sampler.hearOfLinks()).containsExactly(id(PRODUCER));
  }

  @Test
  void aManualRequestComesFirst() {
    sampler = sampler(ERRORS, DROP).start();
    Span open =
        span(PRODUCER, "open").toBuilder().addAttributes(Otlp.string("health", "yes")).build();
    sampler.send(0, error(CONSUMER, "receive", PRODUCER));
    sampler.send(10_000, open);
    sampler.askFor(id(PRODUCER), null);
    sampler.passTo(30_000);
    sampler.hearOfLinks();
    exported();
    sampler.passTo(40_000);

    assertThat(exported()).as("kept, although dropped").containsOnlyKeys(id(PRODUCER));
  }

  @Test
  void theNumberOfLinksInASecondIsLimited() {
    sampler = sampler(ERRORS).linkedPerSecond(2).start();
    sampler.send(0, error(CONSUMER, "receive", 11, 12, 13, CONSUMER, 11));
    sampler.passTo(30_000);

    assertThat(sampler.hearOfLinks()).containsExactly(id(11), id(12));
    assertThat(sampler.count("tailrace.links.followed", "outcome", "requested")).isEqualTo(2);
    assertThat(sampler.count("tailrace.links.followed", "outcome", "limited")).isEqualTo(1);

    sampler.send(31_000, span(CONSUMER, "late", 13));
    assertThat(sampler.hearOfLinks()).as("in the next second").containsExactly(id(13));
  }

  @Test
  void withoutTheKeyNoLinkIsFollowed() {
    sampler = new SamplerHarness.Builder(stateDir).policies("policies: [" + ERRORS + "]").start();
    sampler.send(0, error(CONSUMER, "receive", PRODUCER), span(PRODUCER, "send"));
    sampler.passTo(30_000);

    assertThat(sampler.hearOfLinks()).isEmpty();
    assertThat(exported()).containsOnlyKeys(id(CONSUMER));
  }

  @Test
  void aMalformedLinkHarmsNothing() {
    sampler = sampler(ERRORS).start();
    Span malformed =
        error(CONSUMER, "receive").toBuilder()
            .addLinks(Span.Link.newBuilder().setTraceId(ByteString.copyFromUtf8("short")))
            .addLinks(Span.Link.newBuilder().setTraceId(ByteString.copyFrom(new byte[16])))
            .build();
    sampler.send(0, malformed);
    sampler.passTo(30_000);

    assertThat(sampler.hearOfLinks()).isEmpty();
    assertThat(exported()).containsOnlyKeys(id(CONSUMER));
  }
}
