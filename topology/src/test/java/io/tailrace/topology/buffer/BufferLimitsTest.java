package io.tailrace.topology.buffer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.topology.config.StartException;
import org.junit.jupiter.api.Test;

class BufferLimitsTest {
  private static final long MIB = 1 << 20;

  @Test
  void refusesMoreThanHalfOfTheHeap() {
    BufferLimits limits = new BufferLimits(1024, 128 * MIB, 10_000);

    assertThatThrownBy(() -> limits.ensureFits(255 * MIB))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "buffer.heap: 128MiB (expected: at most half of the heap of 255MiB; lower it or raise -Xmx)");
    assertThatCode(() -> limits.ensureFits(256 * MIB)).doesNotThrowAnyException();
  }
}
