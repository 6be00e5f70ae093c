package io.tailrace.topology.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.policies.Decision;
import io.tailrace.policies.Judge;
import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.Waits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentVerdictsTest {
  private static final PolicySet SET =
      PolicySet.parse(
              """
              policies:
                - {name: many, type: span_count, span_count: {min_spans: 2}}
                - {name: few, type: span_count, span_count: {min_spans: 1, max_spans: 1}}
                - {name: huge, type: span_count, span_count: {min_spans: 100}}
              """)
          .get();

  private final AtomicLong nanos = new AtomicLong();
  private final RecentVerdicts recent =
      new RecentVerdicts(() -> Instant.ofEpochMilli(1_000), nanos::get);
  private final Judge judge = SET.newJudge(1, null);

  @Test
  void tellsTheVotesAsTheyWereCast() {
    decide(trace(1, 2), true);

    assertThat(recent.lines())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.traceId()).isEqualTo("00000000000000000000000000000001");
              assertThat(line.decision()).isEqualTo("sampled");
              assertThat(line.policy()).isEqualTo("many");
              assertThat(line.votes())
                  .isEqualTo(
                      Map.of("many", "sampled", "few", "not_sampled", "huge", "not_sampled"));
              assertThat(line.root()).isNull();
            });
  }

  @Test
  void takesNoteOfTenASecond_ofEitherKind() {
    for (int i = 0; i < 1_000; i++) {
      decide(trace(i, 2), true);
      decide(trace(10_000 + i, 0), false);
      nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    }

    assertThat(recent.lines()).hasSize(20);
    assertThat(recent.lines()).filteredOn(line -> line.decision().equals("sampled")).hasSize(10);
  }

  @Test
  void remembersSoManyOfEitherKind() {
    for (int i = 0; i < 500; i++) {
      decide(trace(i, 2), true);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    }

    assertThat(recent.lines()).hasSize(RecentVerdicts.KEPT);
    assertThat(recent.lines().get(0).traceId()).endsWith("1f3");
  }

  @Test
  void namesTheRootOfAKeptTrace_whoseSpansAreAtHand() {
    OpenTrace noted = trace(1, 2);
    OpenTrace other = trace(2, 2);
    decide(noted, true);
    decide(other, true);
    byte[] spans =
        Otlp.request(Span.newBuilder(Otlp.span(1)).setName("GET /cart").build()).toByteArray();

    recent.kept(other, List.of(spans));
    assertThat(recent.lines().get(0).root()).isNull();
    recent.kept(noted, List.of(spans));
    assertThat(recent.lines().get(0).root()).isEqualTo("GET /cart");
    assertThat(recent.lines()).hasSize(1);
  }

  private void decide(OpenTrace trace, boolean kept) {
    Decision decision = judge.decide(trace, 5_000);
    String policy = decision.policy() < 0 ? "" : SET.policyNames().get(decision.policy());
    recent.decided(
        trace,
        PolicyVersion.ofAFile(SET, new Waits(1_000, Waits.NEVER)),
        decision,
        new Verdict(VerdictKind.DECIDED, kept, policy, 1, 5_000, 0, 0));
  }

  private static OpenTrace trace(long low, int spans) {
    OpenTrace trace = new OpenTrace(0, low, 0, 0);
    for (int i = 0; i < spans; i++) {
      trace.addSpan(0, 1_000_000);
    }
    return trace;
  }
}
