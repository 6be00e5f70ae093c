package io.tailrace.policies.ottl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Id;
import io.tailrace.policies.ottl.values.Part;
import io.tailrace.policies.policy.RegexCompiler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Answers of this module in the notation of {@code collector-answers.txt}. */
final class CollectorAnswers {
  private static final Pattern FLOAT = Pattern.compile("\\bd:(-?[0-9][0-9.]*(?:[eE][-+]?[0-9]+)?)");

  private final TestSpan span;

  private CollectorAnswers(TestSpan span) {
    this.span = span;
  }

  /** Answers about the only span of an OTLP/JSON request. */
  static CollectorAnswers about(String request) {
    try {
      JsonNode resource = new ObjectMapper().readTree(request).at("/resourceSpans/0");
      JsonNode json = resource.at("/scopeSpans/0/spans/0");
      TestSpan span = new TestSpan();
      span.traceId = json.path("traceId").asText();
      span.spanId = json.path("spanId").asText();
      span.name = json.path("name").asText();
      span.kind = json.path("kind").asInt();
      span.traceState = json.path("traceState").asText();
      span.start = json.path("startTimeUnixNano").asLong();
      span.end = json.path("endTimeUnixNano").asLong();
      span.statusCode = json.at("/status/code").asInt();
      span.statusMessage = json.at("/status/message").asText();
      span.flags = json.path("flags").asLong();
      span.attributes.putAll(attributes(json.path("attributes")));
      span.resourceAttributes.putAll(attributes(resource.at("/resource/attributes")));
      return new CollectorAnswers(span);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> attributes(JsonNode json) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    json.forEach(a -> attributes.putIfAbsent(a.get("key").asText(), value(a.get("value"))));
    return attributes;
  }

  private static Object value(JsonNode json) {
    if (json.isEmpty()) {
      return null;
    }
    String kind = json.fieldNames().next();
    JsonNode value = json.get(kind);
    switch (kind) {
      case "stringValue":
        return value.asText();
      case "intValue":
        return Long.valueOf(value.asText());
      case "doubleValue":
        return Double.valueOf(value.asText());
      case "boolValue":
        return value.asBoolean();
      case "bytesValue":
        return Base64.getDecoder().decode(value.asText());
      case "kvlistValue":
        return attributes(value.path("values"));
      default:
        List<Object> list = new ArrayList<>();
        value.path("values").forEach(item -> list.add(value(item)));
        return list;
    }
  }

  /** The answer to a condition: true, false, error, or fault if it is refused. */
  String condition(String condition) {
    String result = OttlTableTest.result(condition, ConditionContext.SPAN, span);
    return result.startsWith("fault") ? "fault" : result;
  }

  /** The value of an expression, or error, or fault if it is refused. */
  String value(String expression) {
    try {
      Ast.Comparison parsed = (Ast.Comparison) Parser.parse(expression + " == nil");
      Compiler compiler = new Compiler(ConditionContext.SPAN, new RegexCompiler()::compile);
      return normal(text(compiler.value(parsed.left()).eval(new Frame(span, OttlTableTest.NOW))));
    } catch (OttlException e) {
      return "fault";
    } catch (EvaluationException e) {
      return "error";
    }
  }

  /** Numbers in one form, however many digits their text has. */
  static String normal(String answer) {
    return FLOAT
        .matcher(answer)
        .replaceAll(found -> "d:" + Double.toHexString(Double.parseDouble(found.group(1))));
  }

  private static String text(Object value) {
    if (value == null) {
      return "nil";
    }
    if (value instanceof String text) {
      return quoted(text);
    }
    if (value instanceof Double real) {
      return "d:" + (real.isInfinite() ? (real > 0 ? "Inf" : "-Inf") : real.toString());
    }
    if (value instanceof byte[] bytes) {
      return "x:" + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(CollectorAnswers::text).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> sorted = new TreeMap<>(map);
      return sorted.entrySet().stream()
          .map(e -> quoted((String) e.getKey()) + ":" + text(e.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof ZonedDateTime time) {
      int offset = time.getOffset().getTotalSeconds();
      return String.format("t:%d.%09d@%d", time.toEpochSecond(), time.getNano(), offset);
    }
    if (value instanceof Duration duration) {
      return "u:" + duration.toNanos();
    }
    return value instanceof Id ? "id:" + value : value instanceof Part ? "part" : value.toString();
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
              } else if (c < ' ' || "\u007f\u0085\u2028\u2029\ufffd".indexOf(c) >= 0) {
                quoted.append(String.format("\\u%04x", c));
              } else {
                quoted.append((char) c);
              }
            });
    return quoted.append('"').toString();
  }
}
