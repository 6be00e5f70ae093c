package io.tailrace.policies.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {

  private static <T> T value(String text, Function<MappingReader, T> reader) {
    assertThat(faults(text, reader)).as("faults of %s", text).isEmpty();
    return Document.read(text, root -> root.mapping(reader)).get().orElseThrow();
  }

  private static List<String> faults(String text, Function<MappingReader, ?> reader) {
    return Document.read(text, root -> root.mapping(reader))
        .fold(faults -> faults.map(Fault::message).toJavaList(), ok -> List.of());
  }

  @Test
  void tellsAllFaultsAtOnce_withPathAndLine() {
    String text =
        """
        wait: -5s
        limits:
          - {spans: many}
          - {spans: 3, colour: red}
        kepe: true
        """;
    assertThat(
            faults(
                text,
                m -> {
                  m.get("wait").positiveDuration();
                  m.get("limits").list().forEach(l -> l.mapping(x -> x.get("spans").integer(0, 9)));
                  return m.get("keep").bool(false);
                }))
        .containsExactly(
            "wait: \"-5s\" (expected: > 0s) at line 1",
            "limits[0].spans: \"many\" (expected: an integer in 0..9) at line 3",
            "limits[1].colour: \"red\" (expected: a known key: spans) at line 4",
            "kepe: true (expected: a known key: wait, limits, keep; did you mean keep?) at line 5");
  }

  @Test
  void wantsWhatIsAbsent_atTheLineOfItsMapping() {
    assertThat(faults("\n{a: }", m -> m.get("a").string()))
        .containsExactly("a: absent (expected: a string) at line 2");
    assertThat(faults("\n\n{}", m -> m.get("b").integer(1, Long.MAX_VALUE)))
        .containsExactly("b: absent (expected: an integer >= 1) at line 3");
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "-7, -7",
    "+7, 7",
    "100_000, 100000",
    "0x1F, 31",
    "0o17, 15",
    "0b101, 5",
    "3.0, 3",
    "1e3, 1000",
    "9223372036854775807, 9223372036854775807",
    "-0x8, -8",
  })
  void readsIntegers(String text, long expected) {
    long read = value("a: " + text, m -> m.get("a").integer(Long.MIN_VALUE, Long.MAX_VALUE));
    assertThat(read).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"7\"",
        "seven",
        "1.5",
        "true",
        "9223372036854775808",
        "1e99",
        "1e999",
        ".nan",
        ".inf",
        "010",
        "0x",
        "0b_",
        "[1]",
        "{}",
        "!!str 7",
        "!int 7",
        "!!int seven"
      })
  void refusesWhatIsNoInteger(String text) {
    assertThat(faults("a: " + text, m -> m.get("a").integer(Long.MIN_VALUE, Long.MAX_VALUE)))
        .singleElement()
        .asString()
        .contains("(expected: an integer) at line 1");
  }

  @ParameterizedTest
  @CsvSource({
    "30s, PT30S", "1m30s, PT1M30S", "500ms, PT0.5S", "1.5h, PT1H30M", ".5s, PT0.5S",
    "1us, PT0.000001S", "1µs, PT0.000001S", "10ns, PT0.00000001S", "+1s, PT1S", "0, PT0S",
  })
  void readsGoDurations(String text, Duration expected) {
    Optional<Duration> read = value("a: " + text, m -> m.get("a").durationFromZero());
    assertThat(read).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"30", "s", "30 s", "1s2", "1d", "'-'", "''", "9999999999h", "1..5s", "PT1S"})
  void refusesWhatIsNoDuration(String text) {
    assertThat(faults("a: " + text, m -> m.get("a").durationFromZero()))
        .singleElement()
        .asString()
        .contains("expected: a duration such as 30s");
  }

  @Test
  void readsJson() {
    String json = "{\"a\": [1, 2.5, \"x\\u00e9\", true, null], \"b\": {\"c\": \"30s\"}}";
    List<Node> items = value(json, m -> m.get("b").present() ? m.get("a").list() : null);
    assertThat(items)
        .extracting(Node::shown)
        .containsExactly("1", "2.5", "\"xé\"", "true", "absent");
  }

  @Test
  void asksForQuotes_whenATextLooksLikeANumber() {
    assertThat(faults("a: 200", m -> m.get("a").string()))
        .containsExactly("a: 200 (expected: a string; put it in quotes) at line 1");
  }

  @Test
  void suggestsTheNearestChoice() {
    Map<String, Integer> choices = new java.util.TreeMap<>(Map.of("latency", 1, "composite", 2));
    assertThat(faults("a: latncy", m -> m.get("a").oneOf(choices).orElse(0)))
        .containsExactly(
            "a: \"latncy\" (expected: one of composite, latency; did you mean latency?) at line 1");
  }

  @Test
  void refusesAKeyWrittenTwice() {
    assertThat(faults("a:\n  b: 1\n  b: 2", m -> m.get("a")))
        .containsExactly("a.b: a second value (expected: each key once) at line 3");
  }

  @Test
  void writesAliasesOut_withPathsOfTheirOwn() {
    assertThat(
            faults(
                "a: &x {n: bad}\nb: *x",
                m -> {
                  m.get("a").mapping(x -> x.get("n").integer(0, 1));
                  return m.get("b").mapping(x -> x.get("n").integer(0, 1));
                }))
        .extracting(fault -> fault.substring(0, 3))
        .containsExactly("a.n", "b.n");
  }

  @Test
  void cutsLongValuesAndHidesControlCharacters() {
    assertThat(faults("a: \"\\e[31m" + "x".repeat(100) + "\"", m -> m.get("a").integer(0, 1)))
        .singleElement()
        .asString()
        .startsWith("a: \"?[31mxxx")
        .contains("x…\"")
        .hasSizeLessThan(120);
  }
}
