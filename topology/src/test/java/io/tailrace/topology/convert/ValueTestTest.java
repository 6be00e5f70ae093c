package io.tailrace.topology.convert;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ValueTestTest {
  @Test
  void refusesInWithoutAValue() {
    assertThatThrownBy(() -> ValueTest.of("in", "", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("in (expected: a list of texts or numbers)");
  }
}
