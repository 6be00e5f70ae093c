package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpanOmissionTest {
  private final SpanScan scan = new SpanScan();

  /** The generated classes are the measure. */
  @Test
  void spansAndEventsAreLeftOut_andNothingElse() throws Exception {
    SpanOmission omission = new SpanOmission();
    int leftOut = 0;
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      TracesData data = new RandomOtlp(seed).request();
      byte[] bytes = data.toByteArray();
      scan.scan(bytes, null);
      BitSet spans = new BitSet();
      Map<Integer, BitSet> events = new HashMap<>();
      TracesData.Builder expected = data.toBuilder().clearResourceSpans();
      int index = 0;
      for (ResourceSpans resource : data.getResourceSpansList()) {
        ResourceSpans.Builder resourceLeft = resource.toBuilder().clearScopeSpans();
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          ScopeSpans.Builder scopeLeft = scope.toBuilder().clearSpans();
          for (Span span : scope.getSpansList()) {
            if (random.nextInt(3) == 0) {
              spans.set(index);
            } else {
              scopeLeft.addSpans(withoutEvents(span, random, index, events));
            }
            index++;
          }
          if (scopeLeft.getSpansCount() > 0) {
            resourceLeft.addScopeSpans(scopeLeft);
          }
        }
        if (resourceLeft.getScopeSpansCount() > 0) {
          expected.addResourceSpans(resourceLeft);
        }
      }
      byte[] left = omission.without(scan, spans, events);

      leftOut += spans.cardinality() + events.size();
      if (spans.cardinality() == index) {
        assertThat(left).isEmpty();
      } else {
        assertThat(TracesData.parseFrom(left)).isEqualTo(expected.build());
      }
    }
    assertThat(leftOut).isGreaterThan(300);
  }

  private static Span withoutEvents(
      Span span, Random random, int index, Map<Integer, BitSet> events) {
    Span.Builder left = span.toBuilder().clearEvents();
    BitSet omitted = new BitSet();
    for (int event = 0; event < span.getEventsCount(); event++) {
      if (random.nextBoolean()) {
        omitted.set(event);
      } else {
        left.addEvents(span.getEvents(event));
      }
    }
    if (!omitted.isEmpty()) {
      events.put(index, omitted);
    }
    return left.build();
  }
}
