package io.tailrace.topology.wire;

import io.tailrace.policies.span.AttributesView;
import io.tailrace.policies.span.ScopeView;
import io.tailrace.serdes.ScopeReader;

/** Exposes a scope to conditions, read from the wire. */
record WireScope(ScopeReader reader) implements ScopeView {
  @Override
  public String name() {
    return WireRead.of(reader::name);
  }

  @Override
  public String version() {
    return WireRead.of(reader::version);
  }

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
