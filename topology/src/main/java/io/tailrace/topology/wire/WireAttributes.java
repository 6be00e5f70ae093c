package io.tailrace.topology.wire;

import io.tailrace.policies.span.AttributesView;
import io.tailrace.serdes.AttributesReader;
import io.tailrace.serdes.MalformedOtlpException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Exposes attributes to conditions, read from the wire. */
record WireAttributes(AttributesReader reader) implements AttributesView {
  @Override
  public @Nullable Object get(String key) {
    try {
      return reader.get(key);
    } catch (MalformedOtlpException e) {
      throw WireRead.failed(e);
    }
  }

  @Override
  public boolean has(String key) {
    return WireRead.of(() -> reader.has(key));
  }

  @Override
  public Map<String, @Nullable Object> toMap() {
    return WireRead.of(reader::toMap);
  }
}
