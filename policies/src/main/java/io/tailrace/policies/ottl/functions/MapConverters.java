package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.BOOL;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.LIST;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.MAP;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Regexes;
import io.tailrace.policies.ottl.values.Strings;
import io.tailrace.policies.ottl.values.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Functions on maps. */
final class MapConverters {
  private MapConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("Keys")
            .takes("target", MAP)
            .gives(Type.LIST, (a, f) -> new ArrayList<Object>(((Map<?, ?>) a[0]).keySet())),
        Converter.named("Values")
            .takes("target", MAP)
            .gives(Type.LIST, (a, f) -> new ArrayList<Object>(((Map<?, ?>) a[0]).values())),
        Converter.named("SliceToMap")
            .takes("target", LIST)
            .optionally("key_path", LIST)
            .optionally("value_path", LIST)
            .gives(Type.MAP, (a, f) -> fromList((List<?>) a[0], (List<?>) a[1], (List<?>) a[2])),
        Converter.named("ToKeyValueString")
            .takes("target", MAP)
            .optionallyFixed("delimiter", STRING)
            .optionallyFixed("pair_delimiter", STRING)
            .optionallyFixed("sort_output", BOOL)
            .binds(Type.STRING, MapConverters::keyValues));
  }

  private static Map<String, Object> fromList(List<?> list, List<?> keyPath, List<?> valuePath) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      if ((keyPath != null || valuePath != null) && !(list.get(i) instanceof Map)) {
        throw new EvaluationException("an item that is no map");
      }
      Object key = keyPath == null ? Integer.toString(i) : at(list.get(i), keyPath);
      if (!(key instanceof String text)) {
        throw new EvaluationException("an item without a string as key");
      }
      map.put(text, valuePath == null ? list.get(i) : at(list.get(i), valuePath));
    }
    return map;
  }

  private static Object at(Object item, List<?> path) {
    if (path.isEmpty()) {
      throw new EvaluationException("a path without a step");
    }
    Object value = item;
    for (Object step : path) {
      if (!(value instanceof Map<?, ?> map) || !map.containsKey(step)) {
        throw new EvaluationException("an item without the path");
      }
      value = map.get(step);
    }
    return value;
  }

  private static Converter.@Nullable Body keyValues(
      Object[] known, Regexes regexes, Converter.Fault fault) {
    return PairDelimiters.fit(known, 1, fault) ? MapConverters::keyValues : null;
  }

  private static @Nullable String keyValues(Object[] a, Frame frame) {
    String delimiter = PairDelimiters.delimiter(a[1]);
    String pairDelimiter = PairDelimiters.pairDelimiter(a[2]);
    Map<?, ?> map = (Map<?, ?>) a[0];
    Map<?, ?> ordered = Boolean.TRUE.equals(a[3]) ? new TreeMap<>(map) : map;
    StringBuilder text = new StringBuilder();
    for (Map.Entry<?, ?> entry : ordered.entrySet()) {
      String value = entry.getValue() == null ? "" : Strings.ofAttribute(entry.getValue(), frame);
      frame.charge((long) value.length() + delimiter.length() + pairDelimiter.length());
      text.append(text.length() == 0 ? "" : pairDelimiter)
          .append(quoted((String) entry.getKey(), delimiter, pairDelimiter))
          .append(delimiter)
          .append(quoted(value, delimiter, pairDelimiter));
    }
    return text.toString();
  }

  private static String quoted(String text, String delimiter, String pairDelimiter) {
    boolean needsQuotes = text.contains(delimiter) || text.contains(pairDelimiter);
    String escaped = text.replace("\"", "\\\"");
    return needsQuotes ? '"' + escaped + '"' : escaped;
  }
}
