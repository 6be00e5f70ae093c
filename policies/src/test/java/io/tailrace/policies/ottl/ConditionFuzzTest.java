package io.tailrace.policies.ottl;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.ottl.functions.Converters;
import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Word soup and broken conditions: faults, answers and no answers may come of it, nothing else. */
class ConditionFuzzTest {
  private static final long SEED = 20_261_121;
  private static final int ROUNDS = 30_000;
  private static final long SLOW_NANOS = 2_000_000_000L;

  private static final String[] WORDS =
      ("( ) ( ) [ ] { } , , . : = == != < >= + - * / and or not true false nil 0 1 -1 2.5 0x0a 0x1 "
              + "\"a\" \"\" \"(\" \"%Y\" \"\\x\" name span.name attributes attributes[\"n\"] "
              + "attributes[\"s\"] attributes[\"map\"] attributes[\"list\"] attributes[\"missing\"] "
              + "start_time end_time trace_id resource status.code SPAN_KIND_SERVER é \uD834 $ _ ' \\ "
              + "9999999999999999999 1e9 target= Duration(\"1s\") [1,2] {\"a\":1}")
          .split(" ");

  @Test
  void wordSoupIsRefusedOrAnswered() {
    Random random = new Random(SEED);
    List<String> functions = List.copyOf(Converters.BY_NAME.keySet());
    Map<String, Integer> results = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder soup = new StringBuilder();
      for (int words = 1 + random.nextInt(12); words > 0; words--) {
        boolean call = random.nextInt(5) == 0;
        soup.append(
            call
                ? functions.get(random.nextInt(functions.size())) + "("
                : WORDS[random.nextInt(WORDS.length)]);
        soup.append(random.nextBoolean() ? " " : "");
      }
      results.merge(kind(evaluated(soup.toString(), random)), 1, Integer::sum);
    }
    assertThat(results.keySet()).contains("true", "false", "fault");
  }

  /**
   * Every function gets arguments of every type, so that types are checked before they are cast.
   */
  @Test
  void functionsTakeAnything() {
    Random random = new Random(SEED);
    String[] values =
        ("name nil true 1 -5 2.5 0x0a \"\" \"1,2\" [] [1] [\"a\",nil] {} {\"a\":1} start_time "
                + "Duration(\"1s\") trace_id span_id resource events attributes[\"n\"] "
                + "attributes[\"s\"] attributes[\"d\"] attributes[\"t\"] attributes[\"bytes\"] "
                + "attributes[\"list\"] attributes[\"map\"] attributes[\"missing\"] "
                + "attributes[\"nan\"] attributes[\"deep\"] attributes[\"neg\"] attributes \"%F\" "
                + "\"<a>1</a>\" {\"a\":[]}")
            .split(" ");
    Map<String, Integer> results = new TreeMap<>();
    for (Converter converter : Converters.BY_NAME.values()) {
      for (int round = 0; round < 400; round++) {
        StringBuilder call = new StringBuilder(converter.name()).append('(');
        for (int i = 0; i < converter.parameters().size(); i++) {
          Parameter parameter = converter.parameters().get(i);
          if (parameter.optional() && random.nextBoolean()) {
            break;
          }
          boolean fixed = parameter.fixed() && random.nextInt(4) > 0;
          call.append(i == 0 ? "" : ", ");
          call.append(fixed ? fixed(random) : values[random.nextInt(values.length)]);
        }
        String condition = call + ") != " + values[random.nextInt(values.length)];
        results.merge(kind(evaluated(condition, random)), 1, Integer::sum);
      }
    }
    assertThat(results.keySet()).contains("true", "false", "error", "fault");
  }

  private static String fixed(Random random) {
    String[] texts = {
      "a+",
      "(?P<x>.)",
      "%Y",
      "snake",
      "base64",
      "utf-8",
      "asc",
      "strict",
      "UTC",
      "//a[1]",
      "/",
      "%5d"
    };
    return '"' + texts[random.nextInt(texts.length)] + '"';
  }

  @Test
  void brokenConditionsAreRefusedOrAnswered() {
    Random random = new Random(SEED);
    List<String> conditions =
        OttlTableTest.rows()
            .filter(row -> !row.result().startsWith("fault"))
            .map(OttlTableTest.Row::condition)
            .toList();
    String[] words = String.join(" ", conditions).split(" ");
    Map<String, Integer> results = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      String condition = conditions.get(random.nextInt(conditions.size()));
      results.merge(kind(evaluated(broken(condition, words, random), random)), 1, Integer::sum);
    }
    assertThat(results.keySet()).contains("true", "false", "error", "fault");
    assertThat(results.values()).allMatch(count -> count > ROUNDS / 200); // else it is no test
  }

  private static String broken(String condition, String[] words, Random random) {
    String[] own = condition.split(" ");
    own[random.nextInt(own.length)] = words[random.nextInt(words.length)];
    StringBuilder text = new StringBuilder(String.join(" ", own));
    for (int edits = random.nextInt(3); edits > 0; edits--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + 1 + random.nextInt(8));
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, WORDS[random.nextInt(WORDS.length)]);
        case 1 -> text.delete(at, end);
        case 2 -> text.insert(at, text.substring(at, end));
        default -> text.insert(at, (char) random.nextInt(0x180));
      }
    }
    return text.toString();
  }

  /** Jaxen has its own parser and casts. */
  @Test
  void xpathSoupIsRefusedOrAnswered() {
    Random random = new Random(SEED);
    String[] words =
        ("/ // a b @x @* * . .. text() comment() node() [ ] [1] [last()] ( ( ) ) | = != < + - div and "
                + "not( count( string( contains( 'x' 1 2.5 , name() p:a following-sibling:: "
                + "preceding-sibling:: ancestor:: following:: preceding:: attribute:: id('x') sum( $v ! '")
            .split(" ");
    String xml = "<a x='1' y='2'>t<b/><!--c--><a x='3'>q<b>1</b><p:a/></a><?t d?><![CDATA[z]]></a>";
    Map<String, Integer> results = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder path = new StringBuilder(random.nextBoolean() ? "//" : "");
      for (int more = 1 + random.nextInt(6); more > 0; more--) {
        path.append(words[random.nextInt(words.length)]).append(random.nextBoolean() ? " " : "");
      }
      String condition = "GetXML(Concat([\"" + xml + "\", name], \"\"), \"" + path + "\") == \"\"";
      results.merge(kind(evaluated(condition, random)), 1, Integer::sum);
    }
    assertThat(results.keySet()).contains("true", "false", "error", "fault");
  }

  private static String kind(String result) {
    return result.startsWith("fault") ? "fault" : result;
  }

  private static String evaluated(String text, Random random) {
    ConditionContext context =
        random.nextInt(4) == 0 ? ConditionContext.SPAN_EVENT : ConditionContext.SPAN;
    long start = System.nanoTime();
    try {
      return OttlTableTest.result(text, context, SPAN);
    } catch (RuntimeException | Error e) {
      throw new AssertionError("of this condition:\n" + text, e);
    } finally {
      assertThat(System.nanoTime() - start).as(text).isLessThan(SLOW_NANOS);
    }
  }

  private static final TestSpan SPAN = OttlTableTest.span();
}
