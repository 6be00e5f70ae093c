package io.tailrace.topology.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.streams.SamplerHarness;
import io.tailrace.topology.telemetry.DueRound;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTallyTest {
  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
  private static final String ERRORS =
      "policies: [{name: e, type: status_code, status_code: {status_codes: [ERROR]}}]";

  @TempDir Path stateDir;
  private final List<DueRound> rounds = new ArrayList<>();
  private long nanos;

  private RoundTally tally(TopicPartition source) {
    return new RoundTally(source, rounds::add, InstantSource.fixed(NOW), () -> nanos);
  }

  private SamplerHarness.Builder sampler() {
    return new SamplerHarness.Builder(stateDir).roundSinks(this::tally);
  }

  private static Span error(long trace) {
    return Otlp.span(trace).toBuilder().setStatus(Status.newBuilder().setCodeValue(2)).build();
  }

  @Test
  void whatIsDecidedBetweenTwoTicksIsOneRound_fromTheFirstToTheLast() {
    RoundTally tally = tally(new TopicPartition("ingest", 3));
    nanos = 5_000_000;
    tally.ended(2_000_000, false);
    nanos = 40_000_000;
    tally.ended(39_000_000, true);
    nanos = 50_000_000;
    tally.ended(48_000_000, false);
    nanos = 100_000_000;

    tally.tick(7, 8, 9);

    DueRound round = rounds.get(0);
    assertThat(rounds).hasSize(1);
    assertThat(round.begin()).isEqualTo(NOW.minusMillis(98));
    assertThat(round.end()).isEqualTo(NOW.minusMillis(50));
    assertThat(round.cutShortAt()).isEqualTo(NOW.minusMillis(60));
    assertThat(round.busy()).isEqualTo(Duration.ofMillis(6));
    assertThat(round.topic() + "-" + round.partition()).isEqualTo("ingest-3");
    assertThat(List.of(round.logTime(), round.position(), round.overdueMillis()))
        .containsExactly(7L, 8L, 9L);
  }

  @Test
  void theNextRoundBeginsAnew_andATickWithoutDecisionsIsNone() {
    RoundTally tally = tally(new TopicPartition("ingest", 0));
    nanos = 10;
    tally.ended(0, true);
    tally.decidedEarly();
    tally.tick(1, 1, 1);
    tally.tick(2, 2, 2);
    nanos = 30;
    tally.ended(20, false);

    tally.tick(3, 3, 3);

    assertThat(rounds).hasSize(2);
    assertThat(rounds.get(1).begin()).isEqualTo(NOW.minusNanos(10));
    assertThat(rounds.get(1).busy()).isEqualTo(Duration.ofNanos(10));
    assertThat(rounds.get(1).cutShortAt()).isNull();
    assertThat(rounds.get(1).early()).isZero();
  }

  @Test
  void aTaskTellsWhatItDecided_onceATick() {
    try (SamplerHarness sampler = sampler().policies(ERRORS).start()) {
      sampler.send(0, Otlp.span(1), error(2));
      sampler.send(1_000, Otlp.span(1));
      sampler.tick();
      assertThat(rounds).isEmpty();

      sampler.send(30_500, Otlp.span(3));
      sampler.send(31_500, Otlp.span(4));
      assertThat(rounds).isEmpty();
      sampler.tick();
      sampler.tick();

      assertThat(rounds).hasSize(1);
      DueRound round = rounds.get(0);
      assertThat(round.traces()).isEqualTo(2);
      assertThat(round.kept()).isEqualTo(1);
      assertThat(round.spans()).isEqualTo(3);
      assertThat(round.bytes()).isPositive();
      assertThat(round.early()).isZero();
      assertThat(round.cutShortAt()).isNull();
      assertThat(round.logTime()).isEqualTo(SamplerHarness.START + 31_500);
      assertThat(round.position()).isEqualTo(4);
    }
  }

  @Test
  void tracesDecidedEarlyAreTold_andWhatTheTaskDecidedLastIsToldWhenItEnds() {
    try (SamplerHarness sampler = sampler().maxSpansPerTrace(2).start()) {
      sampler.send(0, Otlp.span(1), Otlp.span(1));
    }

    assertThat(rounds).extracting(DueRound::traces).containsExactly(1L);
    assertThat(rounds).extracting(DueRound::early).containsExactly(1L);
  }

  @Test
  void roundsCutShortSaySo_andHowLongTheRestIsOverdue() {
    try (SamplerHarness sampler = sampler().shortRounds().start()) {
      for (int trace = 1; trace <= 40; trace++) {
        sampler.send(0, Otlp.span(trace));
      }
      sampler.send(40_000, Otlp.span(50));
      sampler.tick();

      assertThat(rounds.get(0).cutShortAt()).isNotNull();
      assertThat(rounds.get(0).overdueMillis()).isEqualTo(10_000);
      while (rounds.stream().mapToLong(DueRound::traces).sum() < 40) {
        int before = rounds.size();
        sampler.tick();
        assertThat(rounds).hasSizeGreaterThan(before);
      }
      assertThat(rounds.get(rounds.size() - 1).cutShortAt()).isNull();
      assertThat(rounds.get(rounds.size() - 1).overdueMillis()).isZero();
    }
  }
}
