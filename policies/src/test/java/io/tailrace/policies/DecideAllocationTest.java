package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class DecideAllocationTest {
  private static final int ROUNDS = 100_000;

  @Test
  void decideAllocatesNothing() {
    PolicySet set =
        Sets.parsed(
            """
            policies:
              - {name: slow, type: latency, latency: {threshold_ms: 5}}
              - {name: some, type: probabilistic, probabilistic: {sampling_percentage: 10}}
              - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
              - {name: limit, type: rate_limiting, rate_limiting: {spans_per_second: 10}}
              - name: shared
                type: composite
                composite:
                  max_total_spans_per_second: 100
                  composite_sub_policy:
                    - name: both
                      type: and
                      and:
                        and_sub_policy:
                          - {type: always_sample}
                          - type: not
                            not: {not_sub_policy: {type: span_count, span_count: {min_spans: 9}}}
                  rate_allocation: [{policy: both, percent: 100}]
              - name: objective
                type: slo_burn
                slo_burn: {objective: 99, bad: {type: latency, latency: {threshold_ms: 9}}}
            """);
    Judge judge = Sets.judge(set);
    TestTrace trace = TestTrace.raising(new long[set.signals().words()]);
    decideMany(judge, trace);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    decideMany(judge, trace);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes).isLessThan(ROUNDS); // one object a round would be 16 times that
  }

  private static void decideMany(Judge judge, TestTrace trace) {
    for (int i = 0; i < ROUNDS; i++) {
      trace.traceIdLow = i;
      judge.decide(trace, i);
    }
  }
}
