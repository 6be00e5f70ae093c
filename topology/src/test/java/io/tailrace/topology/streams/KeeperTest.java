package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.streams.SamplerHarness.Exported;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {
  private static final String ID = "00000000000000010000000000000001";
  private static final long RETENTION = 600_000;

  @TempDir Path stateDir;
  private SamplerHarness sampler;

  @BeforeEach
  void start() {
    sampler = sampler().start();
  }

  private SamplerHarness.Builder sampler() {
    return new SamplerHarness.Builder(stateDir)
        .policies("policies: [{name: none, type: span_count, span_count: {min_spans: 1000000}}]")
        .verdictRetention(RETENTION);
  }

  @AfterEach
  void stop() {
    sampler.close();
  }

  private static Span span(String name) {
    return Otlp.span(1).toBuilder().setName(name).build();
  }

  private List<String> exportedSpans() {
    List<String> names = new ArrayList<>();
    sampler.exported().forEach(e -> e.spans().forEach(s -> names.add(s.getName())));
    return names;
  }

  @Test
  void anOpenTraceIsKeptWhenItIsDue_andItsLateSpansFollow() {
    sampler.send(0, span("a"), Otlp.span(2));

    sampler.askFor(ID, "{\"author\": \"ada\"}");

    assertThat(sampler.answers()).containsExactly("kept_when_due");
    sampler.passTo(29_999);
    assertThat(sampler.exported()).isEmpty();
    sampler.send(29_999, span("b"));
    sampler.passTo(30_000);
    List<Exported> exported = sampler.exported();
    assertThat(exported).hasSize(1);
    assertThat(exported.get(0).spans()).containsExactly(span("a"), span("b"));
    assertThat(exported.get(0).header("tailrace-policy")).isEqualTo("(kept by hand)");
    sampler.send(31_000, span("c"));
    assertThat(exportedSpans()).containsExactly("c");
    assertThat(sampler.count("tailrace.traces.decided", "outcome", "sampled")).isEqualTo(1);
    assertThat(sampler.read("decisions"))
        .filteredOn(record -> new String(record.key()).equals(ID))
        .singleElement()
        .satisfies(
            record ->
                assertThat(new String(record.value()))
                    .contains("\"decision\":\"sampled\",\"policy\":\"(kept by hand)\""));
  }

  @Test
  void aMarkHoldsForOneDecisionOnly() {
    sampler.send(0, span("a"));
    sampler.askFor(ID, null);
    sampler.passTo(30_000);
    assertThat(exportedSpans()).containsExactly("a");

    sampler.passTo(30_000 + RETENTION + 1);
    sampler.send(30_000 + RETENTION + 1, span("another life"));
    sampler.passTo(60_000 + RETENTION + 1);

    assertThat(exportedSpans()).isEmpty();
  }

  @Test
  void aDroppedTraceIsReadBack_upToWhereItsLateSpansFollow() {
    sampler.send(0, span("a"), Otlp.span(2));
    sampler.send(10, span("b"));
    sampler.passTo(30_000);
    sampler.send(31_000, span("late, dropped"));

    sampler.askFor(ID, null);
    sampler.send(32_000, span("late, kept"));
    sampler.passTo(33_000);
    assertThat(exportedSpans()).containsExactly("late, kept");
    assertThat(sampler.answers()).as("not before it is exported").isEmpty();

    sampler.readBack();
    assertThat(exportedSpans()).containsExactly("a", "b", "late, dropped");
    assertThat(sampler.answers()).containsExactly("exported 3");

    sampler.send(34_000, span("later"));
    assertThat(exportedSpans()).containsExactly("later");
    assertThat(sampler.count("tailrace.keep.requests", "outcome", "exported")).isEqualTo(1);
  }

  @Test
  void asksAgain_andGetsNothingTwice() {
    sampler.send(0, span("a"));
    sampler.passTo(30_000);
    sampler.askFor(ID, null);
    sampler.askFor(ID, null);
    assertThat(sampler.answers()).containsExactly("in_progress");
    sampler.readBack();
    assertThat(sampler.answers()).containsExactly("exported 1");
    assertThat(exportedSpans()).containsExactly("a");

    sampler.askFor(ID, null);
    assertThat(sampler.answers()).containsExactly("already_kept");
    sampler.passTo(2 * RETENTION); // now the ledger has forgotten it
    sampler.askFor(ID, null);
    sampler.readBack();

    assertThat(sampler.answers()).containsExactly("already_kept");
    assertThat(exportedSpans()).isEmpty();
  }

  @Test
  void aTraceWhoseVerdictHasExpired_isSearchedFor_andOnlyWhatWasDroppedIsExported() {
    sampler.send(0, span("first life, dropped"));
    sampler.passTo(30_000);
    sampler.passTo(31_000 + RETENTION);
    sampler.send(32_000 + RETENTION, span("second life, kept"));
    sampler.askFor(ID, null);
    sampler.passTo(70_000 + RETENTION);
    sampler.send(71_000 + RETENTION, span("its late span"));
    assertThat(exportedSpans()).containsExactly("second life, kept", "its late span");
    sampler.passTo(3 * RETENTION);
    assertThat(sampler.answers()).containsExactly("kept_when_due");

    sampler.askFor(ID, null);
    sampler.readBack();

    assertThat(sampler.answers()).containsExactly("exported 1");
    assertThat(exportedSpans()).containsExactly("first life, dropped");
    sampler.send(3 * RETENTION + 1, span("follows"));
    assertThat(exportedSpans()).containsExactly("follows");
  }

  @Test
  void anUnknownIdIsReported_eachTime() {
    sampler.passTo(0);
    for (int i = 0; i < 2; i++) {
      sampler.askFor(ID, null);
      sampler.readBack();
      assertThat(sampler.answers()).containsExactly("unknown");
    }
    assertThat(sampler.exported()).isEmpty();
    assertThat(sampler.count("tailrace.keep.requests", "outcome", "unknown")).isEqualTo(2);

    sampler.passTo(RETENTION + 1);
    sampler.send(RETENTION + 1, span("opens a trace like any other"));
    sampler.passTo(RETENTION + 40_000);
    assertThat(sampler.exported()).isEmpty();
  }

  @Test
  void anUnknownTraceIsKept_shouldItComeYet_andNoneOfItTwice() {
    sampler.passTo(0);
    sampler.askFor(ID, null);
    sampler.send(1_000, span("while it is searched for"));
    sampler.readBack();
    sampler.send(2_000, span("after that"));
    assertThat(exportedSpans()).containsExactly("while it is searched for", "after that");
    assertThat(sampler.answers()).containsExactly("unknown");

    sampler.askFor(ID, null);
    sampler.readBack();
    assertThat(sampler.answers()).containsExactly("already_kept");
    assertThat(exportedSpans()).isEmpty();

    sampler.passTo(2_000 + RETENTION + 1);
    sampler.send(3_000 + RETENTION, span("another life, dropped"));
    sampler.passTo(40_000 + RETENTION);
    sampler.askFor(ID, null);
    sampler.readBack();
    assertThat(exportedSpans()).containsExactly("another life, dropped");
  }

  @Test
  void isNotSearchedFor_whenTheRequestSaysSo() {
    sampler.send(0, span("a"));
    sampler.passTo(2 * RETENTION);
    sampler.passTo(3 * RETENTION);

    sampler.askFor(ID, "{\"search\": false}");

    assertThat(sampler.answers()).containsExactly("unknown");
    assertThat(exportedSpans()).isEmpty();
  }

  @Test
  void whatIsNoTraceIdIsReported() {
    sampler.passTo(0);
    sampler.askFor("checkout is slow", null);
    sampler.askFor("", "not JSON");
    sampler.askFor("00000000000000000000000000000000", null);

    assertThat(sampler.answers()).containsExactly("malformed", "malformed", "malformed");
  }

  @Test
  void waitsUntilThePartitionIsKnown() {
    sampler.askFor(ID, null);
    assertThat(sampler.answers()).as("it may lie in what is not read yet").isEmpty();

    sampler.send(0, span("a"));
    sampler.tick();
    assertThat(sampler.answers()).containsExactly("kept_when_due");
  }

  @Test
  void nothingIsKnown_whereThereHasNeverBeenASpan() {
    sampler.caughtUpAsOf = OptionalLong.of(SamplerHarness.START + 100_000);
    sampler.driver.advanceWallClockTime(Duration.ofSeconds(5));

    sampler.askFor(ID, null);

    assertThat(sampler.answers()).containsExactly("unknown");
  }

  @Test
  void whatIsOverdueIsDecidedAsOfItsDueTime_thoughATraceIsKeptBetween() {
    sampler.close();
    sampler = sampler().shortRounds().start();
    for (long trace = 1; trace <= 40; trace++) {
      sampler.send(0, Otlp.span(trace));
    }
    sampler.passTo(60_000);
    sampler.askFor(ID, null);
    sampler.readBack();
    assertThat(sampler.answers()).containsExactly("exported 1");
    sampler.tick();

    String dueTime = Instant.ofEpochMilli(SamplerHarness.START + 30_000).toString();
    assertThat(sampler.read("decisions"))
        .hasSize(40)
        .allSatisfy(record -> assertThat(new String(record.value())).contains(dueTime));
  }

  @Test
  void forgetsWhatItHasExported_onceThatIsSaved() {
    KeyValueStore<String, byte[]> state = sampler.driver.getKeyValueStore(StoreNames.POLICY_STATE);
    sampler.send(0, span("a"));
    sampler.passTo(30_000);
    sampler.askFor(ID, null);
    assertThat(state.get("keep/wanted/" + ID)).isNotNull();
    sampler.readBack();
    assertThat(state.get("keep/wanted/" + ID)).isNull();
  }

  @Test
  void underAtLeastOnce_forgetsItLate_sinceTheStoreMayBeAheadOfTheExport() {
    sampler.close();
    sampler = sampler().atLeastOnce().start();
    KeyValueStore<String, byte[]> state = sampler.driver.getKeyValueStore(StoreNames.POLICY_STATE);
    sampler.send(0, span("a"));
    sampler.passTo(30_000);
    sampler.askFor(ID, null);
    sampler.readBack();
    assertThat(sampler.answers()).containsExactly("exported 1");
    assertThat(state.get("keep/wanted/" + ID)).isNotNull();

    sampler.driver.advanceWallClockTime(Duration.ofMinutes(2));
    assertThat(state.get("keep/wanted/" + ID)).isNull();
    sampler.readBack();
    assertThat(exportedSpans()).containsExactly("a");
  }
}
