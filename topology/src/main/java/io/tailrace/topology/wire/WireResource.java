package io.tailrace.topology.wire;

import io.tailrace.policies.span.AttributesView;
import io.tailrace.policies.span.ResourceView;
import io.tailrace.serdes.ResourceReader;

/** Exposes a resource to conditions, read from the wire. */
record WireResource(ResourceReader reader) implements ResourceView {
  @Override
  public AttributesView attributes() {
    return new WireAttributes(WireRead.of(reader::attributes));
  }

  @Override
  public long droppedAttributesCount() {
    return WireRead.of(reader::droppedAttributesCount);
  }

  @Override
  public String schemaUrl() {
    return WireRead.of(reader::schemaUrl);
  }
}
