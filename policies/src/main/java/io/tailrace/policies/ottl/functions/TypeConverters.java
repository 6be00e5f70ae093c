package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.ANYTHING;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.CONVERTIBLE;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Id;
import io.tailrace.policies.ottl.values.Part;
import io.tailrace.policies.ottl.values.Strings;
import io.tailrace.policies.ottl.values.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Functions that test or convert types. */
final class TypeConverters {
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

  private TypeConverters() {}

  static List<Converter> all() {
    return List.of(
        is("IsString", value -> value instanceof String),
        is("IsInt", value -> value instanceof Long),
        is("IsDouble", value -> value instanceof Double),
        is("IsBool", value -> value instanceof Boolean),
        is("IsMap", value -> value instanceof Map),
        is("IsList", TypeConverters::isList),
        is("IsEmpty", TypeConverters::isEmpty),
        to("Bool", Type.ANY, TypeConverters::bool),
        to("Int", Type.ANY, TypeConverters::integer),
        to("Double", Type.ANY, TypeConverters::real),
        Converter.named("String")
            .takes("value", CONVERTIBLE)
            .gives(Type.ANY, (a, frame) -> a[0] == null ? null : Strings.of(a[0], frame)));
  }

  private static Converter is(String name, Predicate<Object> test) {
    return Converter.named(name)
        .takes("value", ANYTHING)
        .gives(Type.BOOL, (a, frame) -> test.test(a[0]));
  }

  private static Converter to(String name, Type type, Function<Object, Object> conversion) {
    return Converter.named(name)
        .takes("value", CONVERTIBLE)
        .gives(type, (a, frame) -> a[0] == null ? null : converted(name, a[0], conversion));
  }

  /** Returns whether the value is a list. Events and links of a span are lists. */
  /** Converts a value. Nil stays nil. Fails if the conversion is impossible. */
  private static Object converted(String name, Object value, Function<Object, Object> conversion) {
    Object converted = conversion.apply(value);
    if (converted == null) {
      throw new EvaluationException("no value that " + name + " converts");
    }
    return converted;
  }

  private static boolean isList(Object value) {
    return value instanceof List || (value instanceof Part part && part.size() >= 0);
  }

  private static boolean isEmpty(Object value) {
    if (value instanceof String text) {
      return text.isEmpty();
    }
    if (value instanceof Number number) {
      return number.doubleValue() == 0;
    }
    if (value instanceof List<?> list) {
      return list.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return map.isEmpty();
    }
    if (value instanceof byte[] bytes) {
      return bytes.length == 0;
    }
    if (value instanceof Id id) {
      return id.isZero();
    }
    return value == null || value.equals(false) || value.equals(Duration.ZERO);
  }

  private static @Nullable Object bool(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    if (value instanceof String text) {
      return booleanOrNull(text);
    }
    return value instanceof Boolean ? value : null;
  }

  static @Nullable Boolean booleanOrNull(String text) {
    return TRUE.contains(text) ? (Boolean) true : FALSE.contains(text) ? (Boolean) false : null;
  }

  private static @Nullable Object integer(Object value) {
    if (value instanceof Long) {
      return value;
    }
    if (value instanceof Double real) {
      return real.longValue();
    }
    if (value instanceof Boolean bool) {
      return bool ? 1L : 0L;
    }
    return value instanceof String text ? Strings.integerOrNull(text) : null;
  }

  private static @Nullable Object real(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Boolean bool) {
      return bool ? 1.0 : 0.0;
    }
    return value instanceof String text ? Strings.realOrNull(text) : null;
  }
}
