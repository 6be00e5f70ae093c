package io.tailrace.policies.ottl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conditions that would take the stack, the heap or the day if nothing bounded them. */
class HostileConditionTest {
  private static final ConditionContext CONTEXT = ConditionContext.SPAN;

  static Stream<String> refused() {
    return Stream.of(
        "(".repeat(5_000) + "true" + ")".repeat(5_000),
        "Len(".repeat(2_000),
        "[".repeat(9_000),
        "{\"a\":".repeat(1_500),
        "a[".repeat(4_000),
        "not ".repeat(2_000) + "true",
        "-".repeat(5_000) + "1 == 1",
        "true" + " or true".repeat(2_000),
        "true " + "x".repeat(20_000),
        "IsMatch(name, \"((a{1000}){1000}){10}\")",
        "Format(\"%999999d\", [1]) == \"\"",
        "Format(\"" + "%*d".repeat(100) + "\", [" + "999999, 1,".repeat(99) + "1]) == \"\"",
        "Format(\"%.999999f\", [1.5]) == \"\"",
        "GetXML(name, \"" + "(a[".repeat(50) + "/" + "])".repeat(50) + "\") == \"\"",
        "GetXML(name, \"" + "//*[".repeat(100) + "1" + "]".repeat(100) + "\") == \"\"",
        "GetXML(name, \"" + "/a".repeat(300) + "\") == \"\"",
        "GetXML(name, \"((a !))\") == \"\"",
        "GetXML(name, \"( ('a' 2.5or)\") == \"\"",
        "ExtractGrokPatterns(name, \"%{A0}\", true, [" + doubling(30) + "]) == {}",
        "ExtractGrokPatterns(name, \"%{A:x}{1000}\", true, [\"A=(a{1000}){1000}\"]) == {}",
        "GetXML(name, \"document('file:///etc/passwd')\") == \"\"",
        "ParseXML(\"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>\") == {}",
        // Folded, these would be 270 thousand and 25 million chars.
        "Len(Concat(Split(\"" + "a".repeat(300) + "\", \"\"), \"" + "b".repeat(900) + "\")) > 1",
        "Len(Concat(Split(\""
            + "a".repeat(4_900)
            + "\", \"\"), \""
            + "b".repeat(4_900)
            + "\")) > 1");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void areRefused(String text) {
    assertThat(evaluated(text)).startsWith("fault@");
  }

  static Stream<String> failing() {
    return Stream.of(
        "Len(Concat([" + "attributes[\"long\"],".repeat(50) + "\"x\"], \"\")) > 1",
        nested("Concat([%s, attributes[\"long\"]], \"\")", "name", 18) + " == \"\"",
        "Len(Split(attributes[\"long\"], \"\")) > 1",
        "Len(Split(attributes[\"long\"], \"x\")) > 1",
        "String(attributes[\"deep\"]) == \"\"",
        "attributes[\"deep\"] == attributes[\"deep\"]",
        "ContainsValue([attributes[\"deep\"]], attributes[\"deep\"])",
        "IsMatch(attributes[\"long\"], \"y(x{1,900}){10}z\")",
        "ParseJSON(attributes[\"brackets\"]) == nil",
        "Format(\"%999999d%999999d\", [attributes[\"n\"], 1]) == \"\"",
        "Format(\"%q%q%q\", [attributes[\"long\"], attributes[\"long\"], name]) == \"\"",
        "Format(\"%v\", [attributes[\"deep\"]]) == \"\"",
        nested("Format(\"%v%v\", [%s, attributes[\"long\"]])", "name", 18) + " == \"\"",
        "UserAgent(attributes[\"long\"]) == {}",
        "ExtractGrokPatterns(attributes[\"long\"], \"%{IP:a} %{IP:b} %{UUID:c}\", true) == {}",
        "ParseXML(attributes[\"deepXml\"]) == {}",
        "ParseSimplifiedXML(attributes[\"brokenXml\"]) == {}",
        "ParseXML(attributes[\"entities\"]) == {}",
        "GetXML(attributes[\"xml\"], \"//*[count(//*[count(//*) > 1]) > 1]\") == \"\"",
        "GetXML(attributes[\"xml\"], \"//*[preceding-sibling::* = following-sibling::*]\") == \"\"",
        "GetXML(attributes[\"xml\"], \"//*[contains(string(/), 'y')]\") == \"\"",
        "GetXML(attributes[\"xml\"], \"//*[string(/)=//*[string(/)=//*]] | //*/following::*\") == \"\"",
        "GetXML(attributes[\"flatXml\"], \"//*/following-sibling::*/following::*\") == \"\"",
        "InsertXML(attributes[\"xml\"], \"//*\", attributes[\"xml\"]) == \"\"",
        "RemoveXML(attributes[\"manyXml\"], \"//*\") == \"\"",
        "IsMatch(attributes[\"long\"], \"x\") and IsMatch(attributes[\"long\"], \"y\") "
            + "or IsMatch(attributes[\"long\"], \"z\")");
  }

  /** They would take more text than a condition may: no answer, but soon. */
  @ParameterizedTest
  @MethodSource("failing")
  void haveNoAnswer(String text) {
    assertThat(evaluated(text)).isEqualTo("error");
  }

  static Stream<String> fine() {
    return Stream.of(
        "1" + " + 1".repeat(2_400) + " == 2401",
        "true" + " and true".repeat(1_000),
        nested("(%s)", "true", Parser.MAX_DEPTH - 1),
        nested("Trim(%s)", "name", Parser.MAX_DEPTH - 1) + " == name",
        "IsMatch(attributes[\"long\"], \"^(x+x+)+$\")",
        "RemoveXML(attributes[\"xml\"], \"//b\") == \"<a></a>\"");
  }

  @ParameterizedTest
  @MethodSource("fine")
  void areEvaluated(String text) {
    assertThat(evaluated(text)).isEqualTo("true");
  }

  /** Each event would read the same long attribute of the span again. */
  @Test
  void shareABudgetAmongTheEventsOfASpan() throws OttlException {
    TestSpan span = OttlTableTest.span();
    for (int i = 0; i < 100_000; i++) {
      span.events.add(new TestSpan.Event("e", 0, Map.of()));
    }
    Condition reads =
        Condition.compile(
            "IsMatch(span.attributes[\"long\"], \"y\")",
            ConditionContext.SPAN_EVENT,
            OttlTableTest::regex);
    SpanConditions conditions = new SpanConditions(List.of(), List.of(reads), false);
    SpanConditions.Outcome outcome =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(10), () -> conditions.evaluate(span, 0));
    assertThat(outcome).isEqualTo(SpanConditions.Outcome.NOT_MET);
  }

  @Test
  void haveABudgetEach() throws OttlException {
    String reads = "IsMatch(attributes[\"long\"], \"%s\")";
    Condition no = Condition.compile(reads.formatted("y"), CONTEXT, OttlTableTest::regex);
    Condition yes = Condition.compile(reads.formatted("x"), CONTEXT, OttlTableTest::regex);
    SpanConditions conditions = new SpanConditions(List.of(no, no, yes), List.of(), true);
    assertThat(conditions.evaluate(OttlTableTest.span(), 0)).isEqualTo(SpanConditions.Outcome.MET);
  }

  /** Grok patterns that each expand to the next one twice. */
  private static String doubling(int patterns) {
    StringBuilder definitions = new StringBuilder("\"A" + patterns + "=a\"");
    for (int i = 0; i < patterns; i++) {
      definitions.append(", \"A" + i + "=%{A" + (i + 1) + "}%{A" + (i + 1) + "}\"");
    }
    return definitions.toString();
  }

  private static String nested(String around, String inner, int times) {
    String text = inner;
    for (int i = 0; i < times; i++) {
      text = around.replace("%s", text);
    }
    return text;
  }

  private static String evaluated(String text) {
    return Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> OttlTableTest.result(text, CONTEXT, span()));
  }

  private static TestSpan span() {
    TestSpan span = OttlTableTest.span();
    Map<String, Object> a = span.attributes;
    a.put("xml", "<a>" + "<b>x</b>".repeat(1_000) + "</a>");
    a.put("flatXml", "<b/>".repeat(8_000));
    a.put("manyXml", "<b/>".repeat(50_000));
    a.put("deepXml", "<a>".repeat(50_000) + "</a>".repeat(50_000));
    a.put("brokenXml", "<a ".repeat(50_000));
    a.put(
        "entities",
        "<!DOCTYPE a [<!ENTITY a 'xxxxxxxxxx'><!ENTITY b '&a;&a;&a;&a;'>]><a>&b;&b;&b;&b;</a>");
    return span;
  }
}
