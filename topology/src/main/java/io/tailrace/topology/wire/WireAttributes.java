package io.tailrace.topology.wire;

import io.tailrace.policies.span.AttributesView;
import io.tailrace.serdes.AttributesReader;
import java.util.Map;

/** Exposes attributes to conditions, read from the wire. */
record WireAttributes(AttributesReader reader) implements AttributesView {
  @Override
  public Object get(String key) {
    return WireRead.of(() -> reader.get(key));
  }

  @Override
  public boolean has(String key) {
    return WireRead.of(() -> reader.has(key));
  }

  @Override
  public Map<String, Object> toMap() {
    return WireRead.of(reader::toMap);
  }
}
