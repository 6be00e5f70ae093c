package io.tailrace.policies.ottl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttributeTextTest {
  @Test
  void isThatOfTheCollector() {
    assertThat(AttributeText.of(null)).isEmpty();
    assertThat(AttributeText.of("a")).isEqualTo("a");
    assertThat(AttributeText.of(-5L)).isEqualTo("-5");
    assertThat(AttributeText.of(1e-7)).isEqualTo("1e-7");
    assertThat(AttributeText.of(Double.NaN)).isEqualTo("json: unsupported value: NaN");
    assertThat(AttributeText.of(true)).isEqualTo("true");
    assertThat(AttributeText.of(new byte[] {1, 2})).isEqualTo("AQI=");
    assertThat(AttributeText.of(Map.of("b", Arrays.asList(1L, null), "a", "<")))
        .isEqualTo("{\"a\":\"\\u003c\",\"b\":[1,null]}");
  }

  @Test
  void isEmpty_whereThereIsNoJsonOrTooMuch() {
    assertThat(AttributeText.of(List.of(Double.NaN))).isEmpty();
    assertThat(AttributeText.of(List.of("x".repeat(2 << 20)))).isEmpty();
  }
}
