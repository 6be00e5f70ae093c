package io.tailrace.policies.ottl;

import static io.tailrace.policies.ottl.Parameter.Accepts.CONVERTIBLE;
import static io.tailrace.policies.ottl.Parameter.Accepts.MAP;
import static io.tailrace.policies.ottl.Parameter.Accepts.STRING;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions that take text apart. */
final class ParseConverters {
  private static final Parameter.Preparation MODE =
      (text, regexes, fault) -> {
        fault.accept("strict, lazyQuotes or ignoreQuotes");
        return switch (text) {
          case "strict" -> CsvRow.Quotes.STRICT;
          case "lazyQuotes" -> CsvRow.Quotes.LAZY;
          case "ignoreQuotes" -> CsvRow.Quotes.IGNORED;
          default -> null;
        };
      };

  private ParseConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("ParseJSON")
            .takes("target", STRING)
            .gives(Type.ANY, (a, f) -> Json.read((String) a[0], f)),
        Converter.named("ParseKeyValue")
            .takes("target", STRING)
            .optionally("delimiter", STRING)
            .optionally("pair_delimiter", STRING)
            .gives(Type.MAP, (a, f) -> keyValues((String) a[0], or(a[1], "="), or(a[2], " "), f)),
        Converter.named("ParseCSV")
            .takes("target", STRING)
            .takes("headers", STRING)
            .optionally("delimiter", STRING)
            .optionally("header_delimiter", STRING)
            .optionallyFixed("mode", MODE)
            .gives(Type.MAP, ParseConverters::csv),
        Converter.named("UserAgent")
            .takes("value", STRING)
            .binds(Type.MAP, (fixed, regexes, fault) -> userAgent(UserAgents.known())),
        Converter.named("ParseSeverity")
            .takes("target", CONVERTIBLE)
            .takesFixed("severity_mapping", MAP)
            .binds(Type.STRING, ParseConverters::severity));
  }

  private static Converter.Body userAgent(UserAgents known) {
    return (a, frame) -> known.parse((String) a[0], frame);
  }

  private static Converter.Body severity(Object[] fixed, Regexes regexes, Converter.Fault fault) {
    Severities severities = Severities.of((Map<?, ?>) fixed[1]);
    if (severities == null) {
      fault.at(
          1,
          "levels with lists of {\"equals\": [...]} or {\"range\": ...}, which is \"2xx\" to \"5xx\""
              + " or {\"min\": ..., \"max\": ...}");
      return null;
    }
    return (a, frame) -> severities.of(a[0]);
  }

  private static String or(Object value, String absent) {
    return value == null ? absent : (String) value;
  }

  private static Map<String, Object> keyValues(
      String text, String delimiter, String pairDelimiter, Frame frame) {
    boolean same = delimiter.equals(pairDelimiter);
    if (text.isEmpty() || same || delimiter.isEmpty() || pairDelimiter.isEmpty()) {
      throw new EvaluationException("no text of keys and values, or no two delimiters");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (String pair : QuotedText.split(text, pairDelimiter, frame)) {
      if (pair.isEmpty()) {
        continue;
      }
      int end = QuotedText.indexOf(pair, delimiter, 0);
      if (end < 0) {
        throw new EvaluationException("a pair without a delimiter");
      }
      String key = QuotedText.bare(pair.substring(0, end));
      map.put(key, QuotedText.bare(pair.substring(end + delimiter.length())));
    }
    return map;
  }

  private static Map<String, Object> csv(Object[] a, Frame frame) {
    String delimiter = or(a[2], ",");
    String headerDelimiter = or(a[3], delimiter);
    if (delimiter.length() != 1 || headerDelimiter.length() != 1) {
      throw new EvaluationException("a delimiter that is not one character");
    }
    CsvRow.Quotes quotes = a[4] == null ? CsvRow.Quotes.STRICT : (CsvRow.Quotes) a[4];
    List<String> names =
        new CsvRow((String) a[1], headerDelimiter.charAt(0), CsvRow.Quotes.IGNORED, frame).fields();
    List<String> values = new CsvRow((String) a[0], delimiter.charAt(0), quotes, frame).fields();
    if (names.size() != values.size()) {
      throw new EvaluationException("a row with more or fewer fields than its header");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      map.put(names.get(i), values.get(i));
    }
    return map;
  }
}
