package io.tailrace.loadtests.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.loadtests.bench.flow.TracePart;
import io.tailrace.loadtests.bench.flow.TraceShape;
import io.tailrace.loadtests.bench.flow.TraceTemplates;
import io.tailrace.serdes.TraceId;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KeptTracesTest {
  private static final int TRACES = 100_000;
  private static final TraceTemplates TEMPLATES = new TraceTemplates(TraceShape.USUAL, 1);

  private final KeptTraces kept = new KeptTraces(TEMPLATES);
  private final Map<TraceId, Integer> all = new HashMap<>();

  /** The default policies keep some 5 % of the shop's traces, half of them by chance. */
  @Test
  void keepsTheShareOfThePolicies() {
    send();

    assertThat(kept.count() / (double) TRACES).isBetween(.045, .06);
  }

  @Test
  void findsNoDifference_whenExactlyTheKeptAreExported() {
    send();
    Map<TraceId, Integer> exported = exported();

    KeptTraces.Difference difference = kept.difference(exported);

    assertThat(difference.expected()).isEqualTo(exported.size()).isPositive();
    assertThat(difference.expectedSpans())
        .isEqualTo(exported.values().stream().mapToInt(Integer::intValue).sum());
    assertThat(difference.lostTraces()).isZero();
    assertThat(difference.incompleteTraces()).isZero();
    assertThat(difference.lostSpans()).isZero();
    assertThat(difference.extraTraces()).isZero();
    assertThat(difference.extraSpans()).isZero();
  }

  @Test
  void countsLostIncompleteDuplicatedAndUnexpected() {
    send();
    Map<TraceId, Integer> exported = exported();
    var traces = exported.entrySet().stream().filter(e -> e.getValue() > 3).limit(3).toList();
    int lostSpans = traces.get(0).getValue();
    exported.remove(traces.get(0).getKey());
    exported.merge(traces.get(1).getKey(), -2, Integer::sum);
    exported.merge(traces.get(2).getKey(), 4, Integer::sum);
    exported.put(new TraceId(1, 1), 9);

    KeptTraces.Difference difference = kept.difference(exported);

    assertThat(difference.lostTraces()).isEqualTo(1);
    assertThat(difference.incompleteTraces()).isEqualTo(1);
    assertThat(difference.lostSpans()).isEqualTo(lostSpans + 2);
    assertThat(difference.extraTraces()).isEqualTo(1);
    assertThat(difference.extraSpans()).isEqualTo(4);
  }

  private void send() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < TRACES; i++) {
      int template = i % TEMPLATES.traces().size();
      TraceId id = new TraceId(random.nextLong(), random.nextLong());
      int spans = 0;
      for (TracePart part : TEMPLATES.traces().get(template)) {
        kept.sent(id.high(), id.low(), template);
        spans += part.spanCount();
      }
      all.put(id, spans);
    }
  }

  private Map<TraceId, Integer> exported() {
    Map<TraceId, Integer> exported = new HashMap<>();
    all.forEach(
        (trace, spans) -> {
          if (kept.firstSent(trace).isPresent()) {
            exported.put(trace, spans);
          }
        });
    return exported;
  }
}
