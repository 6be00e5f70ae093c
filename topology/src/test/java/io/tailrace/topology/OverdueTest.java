package io.tailrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.topology.SamplerHarness.Exported;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when due rounds are cut short, as under overload. */
class OverdueTest {
  private static final int MORE_THAN_A_ROUND = 20;

  @TempDir Path stateDir;

  private SamplerHarness.Builder sampler() {
    return new SamplerHarness.Builder(stateDir);
  }

  @Test
  void decidesTheRestInTheNextRounds_andNothingGetsLost() {
    try (SamplerHarness sampler = sampler().shortRounds().start()) {
      for (int trace = 1; trace <= 3 * MORE_THAN_A_ROUND; trace++) {
        sampler.send(0, child(trace, "a"));
      }
      sampler.passTo(40_000);
      assertThat(sampler.exported()).hasSizeBetween(1, MORE_THAN_A_ROUND);

      for (int i = 1; i < 10; i++) {
        sampler.passTo(40_000 + i);
      }
      assertThat(sampler.meters.get("tailrace.traces.decided").tag("outcome", "sampled").counter())
          .satisfies(counter -> assertThat(counter.count()).isEqualTo(3 * MORE_THAN_A_ROUND));
    }
  }

  @Test
  void aSpanOfAnOverdueTraceIsLate_andItsTraceIsDecidedWithoutIt() {
    try (SamplerHarness sampler = sampler().shortRounds().start()) {
      overdueTraces(sampler, 0);
      sampler.send(500, child(50, "a"));
      sampler.send(40_000, child(50, "b"));

      List<Exported> of50 = of(sampler, 50);
      assertThat(of50).extracting(e -> e.header("tailrace-late")).containsExactly(null, "true");
      assertThat(of50.get(0).header("tailrace-decided-at"))
          .as("its due time, whenever that came up")
          .isEqualTo(Long.toString(SamplerHarness.START + 30_500));
    }
  }

  private static void overdueTraces(SamplerHarness sampler, long at) {
    for (int trace = 1; trace <= MORE_THAN_A_ROUND; trace++) {
      sampler.send(at, child(trace, "a"));
    }
  }

  private static List<Exported> of(SamplerHarness sampler, long trace) {
    String id = "%032x".formatted(trace).substring(16);
    return sampler.exported().stream().filter(e -> e.traceId().endsWith(id)).toList();
  }

  private static Span child(long trace, String name) {
    return Otlp.span(trace).toBuilder()
        .setName(name)
        .setParentSpanId(ByteString.copyFromUtf8("parent__"))
        .build();
  }
}
