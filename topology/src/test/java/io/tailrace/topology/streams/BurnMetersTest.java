package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.meters.BurnState;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task shows of keys that burn. */
class BurnMetersTest {
  private static final String BURN =
      """
      policies:
        - name: burn
          type: slo_burn
          slo_burn:
            objective: 99
            bad: {type: status_code, status_code: {status_codes: [ERROR]}}
            key: [root.name]
            windows: [{long: 60s, short: 24s, burn_rate: 10}]
      """;

  @TempDir Path directory;
  private final SplittableRandom random = new SplittableRandom(7);
  private SamplerHarness sampler;

  @AfterEach
  void close() {
    sampler.close();
  }

  private void start(String policies) {
    sampler =
        new SamplerHarness.Builder(directory).policies(policies).waits(2_000, Waits.NEVER).start();
  }

  /** Sends traces of 25 roots in each second; those of the first ones are bad half the time. */
  private void seconds(int from, int to, int bad) {
    for (int second = from; second < to; second++) {
      for (int i = 0; i < 50; i++) {
        sampler.send(second * 1_000L, root(i / 2, i / 2 < bad && i % 2 == 0));
      }
    }
    sampler.driver.advanceWallClockTime(Duration.ofSeconds(2));
  }

  private Span root(int name, boolean isBad) {
    Status status = Status.newBuilder().setCodeValue(isBad ? 2 : 0).build();
    return Otlp.span(random.nextLong()).toBuilder().setName("/" + name).setStatus(status).build();
  }

  private BurnState state() {
    return sampler.metrics.tasks().iterator().next().burns().get(0);
  }

  private double gauge(String name) {
    return sampler.meters.get(name).tag("policy", "burn").gauge().value();
  }

  private Collection<Gauge> sinces() {
    return sampler.meters.find("tailrace.slo.burning.since").gauges();
  }

  @Test
  void showsWhichKeysBurn_sinceWhenAndUntilWhen() {
    start(BURN);
    seconds(0, 30, 0);
    assertThat(gauge("tailrace.slo.burning.keys")).isZero();
    assertThat(gauge("tailrace.slo.burn.rate")).isZero();
    assertThat(sinces()).isEmpty();

    seconds(30, 60, 2);
    assertThat(state().burning())
        .extracting(BurnState.Key::text)
        .containsExactlyInAnyOrder("/0", "/1");
    assertThat(gauge("tailrace.slo.burning.keys")).isEqualTo(2);
    assertThat(gauge("tailrace.slo.burn.rate")).isBetween(20., 55.);
    assertThat(sinces())
        .hasSize(2)
        .allSatisfy(
            since -> {
              assertThat(since.getId().getTag("key")).isIn("/0", "/1");
              assertThat(since.value() - SamplerHarness.START / 1e3).isBetween(30., 45.);
            });
    assertThat(sampler.count("tailrace.policy.kept.spans", "policy", "burn")).isBetween(60., 120.);

    seconds(60, 120, 0);
    assertThat(state().burning()).isEmpty();
    assertThat(state().ended()).hasSize(2).allMatch(key -> key.until() != null);
    assertThat(gauge("tailrace.slo.burning.keys")).isZero();
    assertThat(sinces()).isEmpty();
  }

  @Test
  void hasAtMost20SeriesOfKeys() {
    start(BURN);
    seconds(0, 60, 25);
    assertThat(gauge("tailrace.slo.burning.keys")).isEqualTo(25);
    assertThat(sinces()).hasSize(20);
  }

  @Test
  void aTaskThatClosesTakesItsKeysWithIt() {
    start(BURN);
    seconds(0, 60, 2);
    assertThat(sinces()).hasSize(2);
    sampler.close();
    assertThat(sinces()).isEmpty();
    assertThat(gauge("tailrace.slo.burning.keys")).isZero();
    start(BURN);
  }
}
