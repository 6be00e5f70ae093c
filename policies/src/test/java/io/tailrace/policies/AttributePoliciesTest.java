package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributePoliciesTest {

  @ParameterizedTest
  @CsvSource({
    "5.0, true",
    "10.0, true",
    "4.999, false",
    "10.001, false",
    "NaN, false",
    "Infinity, false",
    "-Infinity, false",
    "1e300, false",
  })
  void comparesDoublesAsNumbers(double value, boolean sampled) {
    PolicySet set = Sets.of("numeric_attribute", "{key: n, min_value: 5, max_value: 10}");
    assertThat(Sets.samplesAttribute(set, "n", value)).isEqualTo(sampled);
  }

  @Test
  void comparesExactly_beyondThePrecisionOfDoubles() {
    PolicySet set = Sets.of("numeric_attribute", "{key: n, min_value: 9007199254740993}");
    assertThat(Sets.samplesAttribute(set, "n", 9007199254740992.0)).isFalse();
    assertThat(Sets.samplesAttribute(set, "n", 9007199254740994.0)).isTrue();
    assertThat(Sets.samplesAttribute(set, "n", 9007199254740992L)).isFalse();
  }

  @Test
  void takesAWrittenZeroForABound() {
    PolicySet set = Sets.of("numeric_attribute", "{key: n, max_value: 0}");
    assertThat(Sets.samplesAttribute(set, "n", 1L)).isFalse();
    assertThat(Sets.samplesAttribute(set, "n", 0L)).isTrue();
    assertThat(Sets.samplesAttribute(set, "n", -1.5)).isTrue();
  }

  @Test
  void otherTypesNeverMatch() {
    List<Object> others = List.of("5", "true", true, List.of());
    PolicySet number = Sets.of("numeric_attribute", "{key: k, min_value: -9, max_value: 9}");
    assertThat(others).noneMatch(other -> Sets.samplesAttribute(number, "k", other));
    PolicySet bool = Sets.of("boolean_attribute", "{key: k, value: true}");
    assertThat(List.of("true", 1L, 1.0, List.of()))
        .noneMatch(other -> Sets.samplesAttribute(bool, "k", other));
    PolicySet text = Sets.of("string_attribute", "{key: k, values: ['5', '5.0', 'true']}");
    assertThat(List.of(5L, 5.0, true)).noneMatch(other -> Sets.samplesAttribute(text, "k", other));
  }

  @Test
  void anotherTypeIsNoMatch_forInvertedPoliciesToo() {
    PolicySet set = Sets.of("boolean_attribute", "{key: k, value: true, invert_match: true}");
    assertThat(Sets.samplesAttribute(set, "k", "true")).isTrue();
    assertThat(Sets.samplesAttribute(set, "k", true)).isFalse();
    assertThat(Sets.samplesAttribute(set, "other", true)).isTrue();
  }

  @Test
  void emptyTextsNeverMatch() {
    PolicySet exact = Sets.of("string_attribute", "{key: k, values: ['']}");
    assertThat(Sets.samplesAttribute(exact, "k", "")).isFalse();
    assertThat(exact.warnings()).hasSize(1);
    PolicySet regex =
        Sets.of("string_attribute", "{key: k, values: ['', '^$'], enabled_regex_matching: true}");
    assertThat(Sets.samplesAttribute(regex, "k", "")).isFalse();
    assertThat(Sets.samplesAttribute(regex, "k", "x")).isFalse();
  }

  @Test
  void findsTheSame_whenTheCacheHoldsOneResult() {
    PolicySet set =
        Sets.of(
            "string_attribute",
            "{key: k, values: ['b+$'], enabled_regex_matching: true, cache_max_size: 1}");
    for (int round = 0; round < 3; round++) {
      assertThat(Sets.samplesAttribute(set, "k", "ab")).isTrue();
      assertThat(Sets.samplesAttribute(set, "k", "ba")).isFalse();
      assertThat(Sets.samplesAttribute(set, "k", "x".repeat(1_000) + "b")).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "k=v; true",
        "a=1,k=v; true",
        " k=v ,a=1; true",
        "\tk=v; true",
        "k=v,; true",
        "k=w; false",
        "K=v; false",
        "k=v,k=v; false",
        "k=v,a; false",
        "k=v,A=1; false",
        "k=v,a=; false",
        "k=v,t@s=1; true",
        "k=v,t@S=1; false",
        "k= v; false",
        "a=k=v; false",
      })
  void readsTraceStateByTheW3cRules(String header, boolean sampled) {
    PolicySet set = Sets.of("trace_state", "{key: k, values: [v]}");
    assertThat(Sets.samplesTraceState(set, header)).isEqualTo(sampled);
  }

  @Test
  void ignoresATraceStateOfMoreThan32Members() {
    PolicySet set = Sets.of("trace_state", "{key: k0, values: [v]}");
    StringBuilder header = new StringBuilder("k0=v");
    for (int i = 1; i < 32; i++) {
      header.append(",k").append(i).append("=v");
    }
    assertThat(Sets.samplesTraceState(set, header.toString())).isTrue();
    assertThat(Sets.samplesTraceState(set, header + ",k32=v")).isFalse();
  }
}
