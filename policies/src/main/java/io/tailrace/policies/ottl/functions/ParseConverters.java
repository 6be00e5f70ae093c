package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.CONVERTIBLE;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.MAP;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Json;
import io.tailrace.policies.ottl.values.Parameter;
import io.tailrace.policies.ottl.values.Regexes;
import io.tailrace.policies.ottl.values.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions that parse text. */
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

  /** One character, as a code point. */
  private static final Parameter.Preparation DELIMITER =
      (text, regexes, fault) -> {
        fault.accept("a delimiter of one character");
        return text.codePointCount(0, text.length()) == 1 ? text.codePointAt(0) : null;
      };

  private ParseConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("ParseJSON")
            .takes("target", STRING)
            .gives(Type.ANY, (a, f) -> Json.read((String) a[0], f)),
        Converter.named("ParseKeyValue")
            .takes("target", STRING)
            .optionallyFixed("delimiter", STRING)
            .optionallyFixed("pair_delimiter", STRING)
            .binds(Type.MAP, ParseConverters::keyValues),
        Converter.named("ParseCSV")
            .takes("target", STRING)
            .takes("headers", STRING)
            .optionallyFixed("delimiter", DELIMITER)
            .optionallyFixed("header_delimiter", DELIMITER)
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

  private static Converter.@Nullable Body severity(
      Object[] fixed, Regexes regexes, Converter.Fault fault) {
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

  private static Converter.@Nullable Body keyValues(
      Object[] known, Regexes regexes, Converter.Fault fault) {
    return PairDelimiters.fit(known, 1, fault) ? ParseConverters::keyValues : null;
  }

  private static @Nullable Map<String, Object> keyValues(Object[] a, Frame frame) {
    String delimiter = PairDelimiters.delimiter(a[1]);
    String text = (String) a[0];
    if (text.isEmpty()) {
      throw new EvaluationException("no text of keys and values");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (String pair : QuotedText.split(text, PairDelimiters.pairDelimiter(a[2]), frame)) {
      int end = pair.indexOf(delimiter);
      if (end < 0) {
        throw new EvaluationException("a pair without a delimiter");
      }
      map.put(pair.substring(0, end).strip(), pair.substring(end + delimiter.length()).strip());
    }
    return map;
  }

  private static Map<String, Object> csv(Object[] a, Frame frame) {
    int delimiter = a[2] == null ? ',' : (Integer) a[2];
    int headerDelimiter = a[3] == null ? delimiter : (Integer) a[3];
    String header = (String) a[1];
    if (header.isEmpty()) {
      throw new EvaluationException("no header");
    }
    CsvRow.Quotes quotes = a[4] == null ? CsvRow.Quotes.STRICT : (CsvRow.Quotes) a[4];
    List<String> names = CsvRow.fields(header, headerDelimiter, CsvRow.Quotes.IGNORED, frame);
    List<String> values = CsvRow.fields((String) a[0], delimiter, quotes, frame);
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
