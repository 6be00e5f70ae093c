package io.tailrace.topology.wire;

import io.tailrace.policies.span.AttributesView;
import io.tailrace.policies.span.EventView;
import io.tailrace.policies.span.ResourceView;
import io.tailrace.policies.span.ScopeView;
import io.tailrace.policies.span.SpanView;
import io.tailrace.serdes.SpanReader;

/** Exposes a span to conditions, read from the wire. Follows the position of its reader. */
public record WireSpan(SpanReader reader) implements SpanView {
  @Override
  public byte[] traceId() {
    return WireRead.of(reader::traceId);
  }

  @Override
  public byte[] spanId() {
    return WireRead.of(reader::spanId);
  }

  @Override
  public byte[] parentSpanId() {
    return WireRead.of(reader::parentSpanId);
  }

  @Override
  public String traceState() {
    return WireRead.of(reader::traceState);
  }

  @Override
  public String name() {
    return WireRead.of(reader::name);
  }

  @Override
  public int kind() {
    return WireRead.of(reader::kind);
  }

  @Override
  public long startUnixNano() {
    return WireRead.of(reader::startUnixNanos);
  }

  @Override
  public long endUnixNano() {
    return WireRead.of(reader::endUnixNanos);
  }

  @Override
  public int statusCode() {
    return WireRead.of(reader::statusCode);
  }

  @Override
  public String statusMessage() {
    return WireRead.of(reader::statusMessage);
  }

  @Override
  public long flags() {
    return WireRead.of(reader::flags);
  }

  @Override
  public AttributesView attributes() {
    return new WireAttributes(reader.attributes());
  }

  @Override
  public long droppedAttributesCount() {
    return WireRead.of(reader::droppedAttributesCount);
  }

  @Override
  public int eventCount() {
    return WireRead.of(reader::eventCount);
  }

  @Override
  public EventView event(int index) {
    return new WireEvent(WireRead.of(() -> reader.event(index)));
  }

  @Override
  public long droppedEventsCount() {
    return WireRead.of(reader::droppedEventsCount);
  }

  @Override
  public int linkCount() {
    return WireRead.of(reader::linkCount);
  }

  @Override
  public long droppedLinksCount() {
    return WireRead.of(reader::droppedLinksCount);
  }

  @Override
  public ScopeView scope() {
    return new WireScope(reader.scope());
  }

  @Override
  public ResourceView resource() {
    return new WireResource(reader.resource());
  }
}
