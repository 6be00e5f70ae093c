package io.tailrace.topology.wire;

import io.tailrace.policies.span.AttributesView;
import io.tailrace.policies.span.EventView;
import io.tailrace.serdes.EventReader;

/** Exposes an event to conditions, read from the wire. */
record WireEvent(EventReader reader) implements EventView {
  @Override
  public String name() {
    return WireRead.of(reader::name);
  }

  @Override
  public long timeUnixNano() {
    return WireRead.of(reader::timeUnixNanos);
  }

  @Override
  public AttributesView attributes() {
    return new WireAttributes(WireRead.of(reader::attributes));
  }

  @Override
  public long droppedAttributesCount() {
    return WireRead.of(reader::droppedAttributesCount);
  }
}
