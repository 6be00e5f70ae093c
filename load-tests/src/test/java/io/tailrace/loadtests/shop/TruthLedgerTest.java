package io.tailrace.loadtests.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TruthLedgerTest {
  private static final TraceTruth ROOT = new TraceTruth("GET /", 1, 0, 0, 1_000_000, 9_000_000);
  private static final TraceTruth BROKEN = new TraceTruth(null, 2, 1, 0, 2_000_000, 12_000_000);

  @Test
  void joinsPartsOfTrace() {
    TruthLedger ledger = new TruthLedger(10);

    ledger.acknowledged(Map.of("a", BROKEN));
    ledger.acknowledged(Map.of("a", ROOT));

    assertThat(ledger.report().errorTraces())
        .containsExactly(Map.entry("a", new TraceTruth("GET /", 3, 1, 0, 1_000_000, 12_000_000)));
    assertThat(ledger.report().traces().get("a").durationMillis()).isEqualTo(11);
    assertThat(ledger.totals()).isEqualTo(new TrafficTotals(1, 3, 1, 0, 0));
  }

  @Test
  void countsNothingAsSent_whenRefused() {
    TruthLedger ledger = new TruthLedger(10);

    ledger.failed(Map.of("a", BROKEN));

    assertThat(ledger.totals()).isEqualTo(new TrafficTotals(0, 0, 0, 2, 0));
    assertThat(ledger.report().errorTraces()).isEmpty();
    assertThat(ledger.report().traces().get("a").unacknowledgedSpans()).isEqualTo(2);
  }

  @Test
  void marksTrace_whenOnePartOfItWasRefused() {
    TruthLedger ledger = new TruthLedger(10);

    ledger.failed(Map.of("a", BROKEN));
    ledger.acknowledged(Map.of("a", ROOT));

    assertThat(ledger.report().traces())
        .containsExactly(Map.entry("a", new TraceTruth("GET /", 1, 0, 2, 1_000_000, 9_000_000)));
  }

  @Test
  void forgetsOldestTrace_aboveCapacity() {
    TruthLedger ledger = new TruthLedger(1);

    ledger.acknowledged(Map.of("a", ROOT));
    ledger.acknowledged(Map.of("b", BROKEN));

    assertThat(ledger.report().traces()).containsOnlyKeys("b");
    assertThat(ledger.totals()).isEqualTo(new TrafficTotals(2, 3, 1, 0, 1));
  }
}
