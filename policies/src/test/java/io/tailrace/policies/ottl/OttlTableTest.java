package io.tailrace.policies.ottl;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tailrace.policies.ottl.functions.GroupNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OttlTableTest {
  static final long NOW = 1_700_000_100_000_000_000L;

  /** One row of {@code ottl-conditions.txt}. */
  record Row(String result, ConditionContext context, String condition) {
    static Row of(String line) {
      String[] words = line.split(" ", 3);
      ConditionContext context =
          words[1].equals("span") ? ConditionContext.SPAN : ConditionContext.SPAN_EVENT;
      return new Row(words[0], context, words.length > 2 ? words[2] : "");
    }
  }

  static Stream<Row> rows() {
    try (InputStream in = OttlTableTest.class.getResourceAsStream("/ottl-conditions.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).map(Row::of);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static TestSpan span() {
    TestSpan span = new TestSpan();
    span.name = "GET /checkout/42";
    span.kind = 2;
    span.parentSpanId = "2122232425262728";
    span.traceState = "k=v,x=y";
    span.start = 1_700_000_000_000_000_000L;
    span.end = span.start + 2_500_000_000L;
    span.statusCode = 2;
    span.statusMessage = "boom";
    span.flags = 1;
    span.dropped = 7;
    span.droppedEvents = 8;
    span.droppedLinks = 9;
    span.links = 3;
    Map<String, Object> a = span.attributes;
    a.put("s", "text");
    a.put("empty", "");
    a.put("n", 42L);
    a.put("neg", -7L);
    a.put("zero", 0L);
    a.put("d", 1.5);
    a.put("nan", Double.NaN);
    a.put("t", true);
    a.put("bytes", new byte[] {1, 2});
    a.put("list", List.of(1L, 2L, 3L));
    a.put("strings", List.of("a", "b"));
    a.put("map", Map.of("k", "v", "deep", Map.of("n", 1L), "list", List.of(10L, 20L)));
    a.put("nothing", null);
    a.put("key", "s");
    a.put("json", "{\"a\": {\"b\": [1, \"x\"]}}");
    a.put("num", "123");
    a.put("http.response.status_code", 503L);
    a.put("deep", nested(200));
    a.put("long", "x".repeat(1 << 19));
    a.put("brackets", "[".repeat(100_000));
    span.resourceAttributes.put("service.name", "checkout");
    span.scopeAttributes.put("a", true);
    span.events.add(
        new TestSpan.Event(
            "exception", span.start + 1_000_000_000, Map.of("exception.type", "IOException")));
    span.events.add(new TestSpan.Event("late", span.end, Map.of()));
    return span;
  }

  private static Object nested(int levels) {
    Object value = "innermost";
    for (int i = 0; i < levels; i++) {
      value = Arrays.asList(value);
    }
    return value;
  }

  static Optional<Pattern> regex(String regex, Consumer<String> fault) {
    try {
      if (regex.contains("{1000}")) {
        throw new PatternSyntaxException("too much");
      }
      return Optional.of(Pattern.compile(GroupNames.of(regex).regex()));
    } catch (PatternSyntaxException e) {
      fault.accept("an RE2 regular expression");
      return Optional.empty();
    }
  }

  static String result(String text, ConditionContext context, TestSpan span) {
    try {
      Condition condition = Condition.compile(text, context, OttlTableTest::regex);
      boolean events = context == ConditionContext.SPAN_EVENT;
      SpanConditions conditions =
          new SpanConditions(
              events ? List.of() : List.of(condition),
              events ? List.of(condition) : List.of(),
              true);
      return switch (conditions.evaluate(span, NOW)) {
        case MET -> "true";
        case NOT_MET -> "false";
        case FAILED -> "error";
      };
    } catch (OttlException e) {
      assertThat(e.getMessage()).startsWith("at column " + e.column() + ", ");
      return "fault@" + e.column();
    }
  }

  @Test
  void aMissingParentIsAllZeros() {
    TestSpan root = span();
    for (String parent : List.of("", "0000000000000000")) {
      root.parentSpanId = parent;
      String isRoot =
          "IsRootSpan() and parent_span_id == SpanID(0x0000000000000000) and IsEmpty(parent_span_id)"
              + " and parent_span_id.string == \"0000000000000000\"";
      assertThat(result(isRoot, ConditionContext.SPAN, root)).isEqualTo("true");
    }
  }

  @Test
  void conditionsAreEqual_whenTextAndContextAre() throws OttlException {
    Condition one = Condition.compile("true", ConditionContext.SPAN, OttlTableTest::regex);
    assertThat(Condition.compile("true", ConditionContext.SPAN, OttlTableTest::regex))
        .isEqualTo(one)
        .hasSameHashCodeAs(one);
    assertThat(Condition.compile("true", ConditionContext.SPAN_EVENT, OttlTableTest::regex))
        .isNotEqualTo(one);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void answersAsTheTableSays(Row row) {
    assertThat(result(row.condition(), row.context(), span())).isEqualTo(row.result());
  }
}
