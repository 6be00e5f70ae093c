package io.tailrace.loadtests.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class GenerateCommandTest {
  @TempDir private Path directory;

  private final StringWriter err = new StringWriter();

  @Test
  void writesLengthPrefixedRequests_thatTheOfficialClassesRead() throws IOException {
    List<Span> spans = protoSpans(generate("a.pb", "--format=proto", "--traces=200"));

    assertThat(spans.stream().map(Span::getTraceId).distinct()).hasSize(200);
    assertThat(err.toString())
        .isEqualTo(
            "%d spans of 200 traces, which end from 2026-11-01T00:00:00Z to 2026-11-01T00:00:01.990Z%n"
                .formatted(spans.size()));
  }

  @Test
  void writesTheSameSpansAsJsonLines() throws IOException {
    List<Span> proto = protoSpans(generate("a.pb", "--format=proto", "--traces=200"));
    byte[] json = generate("a.json", "--traces=200");

    assertThat(new String(json, StandardCharsets.UTF_8).lines())
        .allMatch(line -> line.startsWith("{\"resourceSpans\":["));
    assertThat(jsonSpans(json)).isEqualTo(proto.stream().map(GenerateCommandTest::facts).toList());
  }

  @Test
  void spreadsTracesOverTheirOwnTime() throws IOException {
    List<Span> spans =
        protoSpans(
            generate(
                "a.pb",
                "--format=proto",
                "--traces=601",
                "--rate=1",
                "--start=2026-01-01T00:00:00Z"));

    long start = 1_767_225_600_000_000_000L;
    assertThat(spans.stream().mapToLong(Span::getEndTimeUnixNano).max())
        .hasValue(start + 600_000_000_000L);
    for (int minute = 0; minute < 10; minute++) {
      long from = start + minute * 60_000_000_000L;
      assertThat(spans.stream().mapToLong(Span::getEndTimeUnixNano))
          .filteredOn(end -> end >= from && end < from + 60_000_000_000L)
          .as("minute %d", minute)
          .hasSizeGreaterThan(200);
    }
  }

  @Test
  void writesAsManySpansAsAreWanted() throws IOException {
    assertThat(protoSpans(generate("a.pb", "--format=proto", "--spans=3000")))
        .hasSizeBetween(3_000, 3_200);
  }

  @Test
  void writesTheSameBytes_ofTheSameSeed() throws IOException {
    byte[] first = generate("a.json.gz", "--traces=300", "--seed=5");

    assertThat(generate("b.json.gz", "--traces=300", "--seed=5")).isEqualTo(first);
    assertThat(generate("c.json.gz", "--traces=300", "--seed=6")).isNotEqualTo(first);
  }

  @Test
  void compresses_whatIsNamedSo() throws IOException {
    byte[] plain = generate("a.json", "--traces=100");
    byte[] compressed = generate("a.json.gz", "--traces=100");

    assertThat(compressed).hasSizeLessThan(plain.length / 4);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      assertThat(in.readAllBytes()).isEqualTo(plain);
    }
  }

  @Test
  void breaksTheGivenShareOfTraces() throws IOException {
    List<Span> spans =
        protoSpans(generate("a.pb", "--format=proto", "--traces=3000", "--errors=0.1"));

    assertThat(
            spans.stream()
                .filter(span -> span.getStatus().getCodeValue() == 2)
                .map(Span::getTraceId)
                .distinct()
                .count())
        .isBetween(240L, 360L);
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThat(run("--rate=0")).isEqualTo(2);
    assertThat(run("--start=yesterday")).isEqualTo(2);
    assertThat(run("--format=xml")).isEqualTo(2);
    assertThat(run("--traces=1", "--spans=1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--rate: 0.0 (expected: > 0)")
        .contains("--start: yesterday (expected: a time such as 2026-11-01T00:00:00Z)")
        .contains("--format: xml (expected: json or proto)")
        .contains("mutually exclusive");
  }

  @Test
  void saysThatItCannotWrite() {
    assertThat(run("--output=" + directory, "--traces=1")).isEqualTo(1);
    assertThat(err.toString()).startsWith("cannot write to " + directory);
  }

  private byte[] generate(String name, String... options) throws IOException {
    Path file = directory.resolve(name);
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--output=" + file);
    assertThat(run(all.toArray(String[]::new))).as(err::toString).isZero();
    return Files.readAllBytes(file);
  }

  private int run(String... options) {
    return new CommandLine(new GenerateCommand())
        .setErr(new PrintWriter(err, true))
        .execute(options);
  }

  private static List<Span> protoSpans(byte[] file) throws IOException {
    List<Span> spans = new ArrayList<>();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
    while (in.available() > 0) {
      byte[] request = new byte[in.readInt()];
      in.readFully(request);
      for (ResourceSpans resource :
          ExportTraceServiceRequest.parseFrom(request).getResourceSpansList()) {
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          spans.addAll(scope.getSpansList());
        }
      }
    }
    return spans;
  }

  private static String facts(Span span) {
    return String.join(
        " ",
        HexFormat.of().formatHex(span.getTraceId().toByteArray()),
        HexFormat.of().formatHex(span.getSpanId().toByteArray()),
        HexFormat.of().formatHex(span.getParentSpanId().toByteArray()),
        span.getTraceState(),
        span.getName(),
        String.valueOf(span.getKindValue()),
        String.valueOf(span.getStartTimeUnixNano()),
        String.valueOf(span.getEndTimeUnixNano()),
        String.valueOf(span.getStatus().getCodeValue()),
        String.valueOf(span.getFlags()),
        span.getAttributesList().stream()
            .map(a -> a.getKey() + "=" + value(a.getValue()))
            .toList()
            .toString(),
        String.valueOf(span.getEventsCount()),
        String.valueOf(span.getLinksCount()));
  }

  private static String value(io.opentelemetry.proto.common.v1.AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> String.valueOf(value.getBoolValue());
      case INT_VALUE -> String.valueOf(value.getIntValue());
      default -> throw new IllegalArgumentException(value.toString());
    };
  }

  /** By the names and types of the OTLP/JSON specification: ids in hex, long numbers as text. */
  private static List<String> jsonSpans(byte[] file) throws IOException {
    List<String> spans = new ArrayList<>();
    ObjectMapper mapper = new ObjectMapper();
    for (String line : new String(file, StandardCharsets.UTF_8).lines().toList()) {
      for (JsonNode resource : mapper.readTree(line).get("resourceSpans")) {
        for (JsonNode scope : resource.get("scopeSpans")) {
          scope.get("spans").forEach(span -> spans.add(facts(span)));
        }
      }
    }
    return spans;
  }

  private static String facts(JsonNode span) {
    assertThat(span.get("startTimeUnixNano").isTextual()).isTrue();
    assertThat(span.get("kind").isInt()).isTrue();
    return String.join(
        " ",
        span.get("traceId").asText(),
        span.get("spanId").asText(),
        span.path("parentSpanId").asText(),
        span.path("traceState").asText(),
        span.get("name").asText(),
        span.get("kind").asText(),
        span.get("startTimeUnixNano").asText(),
        span.get("endTimeUnixNano").asText(),
        String.valueOf(span.path("status").path("code").asInt()),
        span.get("flags").asText(),
        StreamSupport.stream(span.get("attributes").spliterator(), false)
            .map(a -> a.get("key").asText() + "=" + a.get("value").elements().next().asText())
            .toList()
            .toString(),
        String.valueOf(span.get("events").size()),
        String.valueOf(span.get("links").size()));
  }
}
