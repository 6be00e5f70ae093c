package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.ANYTHING;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.LIST;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Parameter;
import io.tailrace.policies.ottl.values.Part;
import io.tailrace.policies.ottl.values.Strings;
import io.tailrace.policies.ottl.values.Type;
import io.tailrace.policies.ottl.values.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions on lists and list-like values. */
final class ListConverters {
  private static final Parameter.Preparation ORDER =
      (text, regexes, fault) -> {
        fault.accept("asc or desc");
        return text.equals("asc") || text.equals("desc") ? text : null;
      };

  private ListConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("Len")
            .takes("target", ANYTHING)
            .gives(Type.INT, (a, f) -> (long) length(a[0])),
        Converter.named("ContainsValue")
            .takes("target", LIST)
            .takes("item", ANYTHING)
            .gives(Type.BOOL, (a, f) -> indexOf((List<?>) a[0], a[1]) >= 0),
        Converter.named("Index")
            .takes("target", ANYTHING)
            .takes("value", ANYTHING)
            .gives(Type.INT, (a, f) -> index(a[0], a[1], f)),
        Converter.named("Coalesce")
            .takes("values", LIST)
            .gives(Type.ANY, (a, f) -> coalesce((List<?>) a[0])),
        Converter.named("Sort")
            .takes("target", LIST)
            .optionallyFixed("order", ORDER)
            .gives(Type.LIST, (a, f) -> sort((List<?>) a[0], "desc".equals(a[1]), f)));
  }

  /** Returns the length of a text in UTF-8 bytes, or the number of items. */
  private static int length(Object value) {
    if (value instanceof String text) {
      return Strings.utf8Length(text);
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof byte[] bytes) {
      return bytes.length;
    }
    if (value instanceof Part part && part.size() >= 0) {
      return part.size();
    }
    throw new EvaluationException("no length of this type");
  }

  private static int indexOf(List<?> list, Object value) {
    for (int i = 0; i < list.size(); i++) {
      if (Values.compare(list.get(i), Values.Operator.EQUAL, value)) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the index of a value. In a text, the index counts UTF-8 bytes. */
  private static long index(Object target, Object value, Frame frame) {
    if (target instanceof List<?> list) {
      return indexOf(list, value);
    }
    if (target instanceof String text && value instanceof String part) {
      frame.charge(text.length());
      int index = text.indexOf(part);
      return index < 0 ? -1 : Strings.utf8Length(text.substring(0, index));
    }
    throw new EvaluationException("no index in this type");
  }

  private static @Nullable Object coalesce(List<?> values) {
    for (Object value : values) {
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /**
   * Sorts numbers by value and mixed types as text. A list that contains bytes, lists or maps is
   * unchanged.
   */
  private static List<?> sort(List<?> list, boolean descending, Frame frame) {
    boolean numbers = true;
    boolean plain = true;
    for (Object item : list) {
      Type type = Type.of(item);
      if (type == Type.TIME || type == Type.DURATION || type == Type.ID || type == Type.PART) {
        throw new EvaluationException("no order of this type");
      }
      numbers &= Values.isNumber(item);
      plain &= type != Type.BYTES && type != Type.LIST && type != Type.MAP;
    }
    if (!plain) {
      return list;
    }
    Comparator<Object> order =
        numbers
            ? ListConverters::byNumber
            : Comparator.comparing(i -> shown(i, frame), Values::order);
    List<Object> sorted = new ArrayList<>(list);
    sorted.sort(descending ? Collections.reverseOrder(order) : order);
    return sorted;
  }

  /** Compares numbers. Zeros of either sign are equal. NaN is lower than all numbers. */
  private static int byNumber(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return Long.compare(x, y);
    }
    double x = ((Number) a).doubleValue();
    double y = ((Number) b).doubleValue();
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return Boolean.compare(Double.isNaN(y), Double.isNaN(x));
    }
    return x < y ? -1 : x > y ? 1 : 0;
  }

  private static String shown(Object item, Frame frame) {
    return item == null ? "" : Strings.ofAttribute(item, frame);
  }
}
