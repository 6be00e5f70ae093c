package io.tailrace.topology.convert;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OttlPathsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "name == \"GET name\"; span.name == \"GET name\"",
        "attributes[\"a\"] == 1 and not (status.code == STATUS_CODE_ERROR); span.attributes[\"a\"] == 1 and not (span.status.code == STATUS_CODE_ERROR)",
        "IsMatch(name, \"a \\\" name\") or kind.string == \"Server\"; IsMatch(span.name, \"a \\\" name\") or span.kind.string == \"Server\"",
        "span.name == \"a\" or resource.attributes[\"b\"] == nil; span.name == \"a\" or resource.attributes[\"b\"] == nil",
        "instrumentation_scope.name == \"a\" or attributes[attributes[\"k\"]] != true; instrumentation_scope.name == \"a\" or span.attributes[span.attributes[\"k\"]] != true",
        "Len(attributes[\"a\"][0][\"name\"]) > 1.5e3; Len(span.attributes[\"a\"][0][\"name\"]) > 1.5e3",
        "IsRootSpan() and end_time_unix_nano - start_time_unix_nano > 1000000; IsRootSpan() and span.end_time_unix_nano - span.start_time_unix_nano > 1000000",
        "ParseJSON(attributes[\"j\"])[\"x\"] == \"y\"; ParseJSON(span.attributes[\"j\"])[\"x\"] == \"y\"",
        "ReplacePattern(target=name, regex=\"a\") == name; ReplacePattern(target=span.name, regex=\"a\") == span.name",
        "span_id.string == \"0\" and spanx == 1; span.span_id.string == \"0\" and span.spanx == 1",
      })
  void addsTheContextToPathsOnly(String condition, String expected) {
    assertThat(OttlPaths.withContext(condition)).isEqualTo(expected);
    assertThat(OttlPaths.withContext(expected)).as("again").isEqualTo(expected);
  }
}
