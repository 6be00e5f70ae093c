package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.Id;
import io.tailrace.policies.ottl.values.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Registry of all functions. */
public final class Converters {
  /** The only function that is limited to one context. */
  public static final Converter IS_ROOT_SPAN =
      Converter.named("IsRootSpan")
          .impure()
          .gives(
              Type.BOOL, (a, frame) -> Id.of(frame.span().parentSpanId(), Id.SPAN_BYTES).isZero());

  public static final Map<String, Converter> BY_NAME = byName();

  private Converters() {}

  private static Map<String, Converter> byName() {
    Map<String, Converter> byName = new TreeMap<>();
    Stream.of(
            List.of(IS_ROOT_SPAN),
            TypeConverters.all(),
            TextConverters.all(),
            CaseConverters.all(),
            ListConverters.all(),
            MapConverters.all(),
            CodingConverters.all(),
            HashConverters.all(),
            TimeConverters.all(),
            DurationConverters.all(),
            NumberConverters.all(),
            ParseConverters.all(),
            NetworkConverters.all(),
            XmlConverters.all())
        .flatMap(Collection::stream)
        .forEach(converter -> byName.put(converter.name(), converter));
    return byName;
  }
}
