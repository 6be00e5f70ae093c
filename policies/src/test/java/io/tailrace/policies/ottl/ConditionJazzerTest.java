package io.tailrace.policies.ottl;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Any bytes at all as a condition: refused, or answered, or without an answer, and soon. */
class ConditionJazzerTest {
  private static final long SLOW_NANOS = Duration.ofSeconds(10).toNanos();
  private static final TestSpan SPAN = OttlTableTest.span();

  @FuzzTest(maxDuration = "3m")
  void isRefusedOrAnswered(byte[] condition) {
    String text = new String(condition, StandardCharsets.UTF_8);
    for (ConditionContext context : ConditionContext.values()) {
      long start = System.nanoTime();
      assertThat(OttlTableTest.result(text, context, SPAN)).matches("true|false|error|fault@\\d+");
      assertThat(System.nanoTime() - start).isLessThan(SLOW_NANOS);
    }
  }
}
