package io.tailrace.loadtests.shop;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A planned span in the tree of a trace. {@link Requests} creates the tree, {@link Faults} adds
 * failures, {@link Timing} adds times, and {@link SpanEmitter} creates spans.
 */
final class Call {
  final Service service;
  final String name;
  final SpanKind kind;
  final AttributesBuilder attributes = Attributes.builder();
  final List<Call> children = new ArrayList<>();

  /** Median of the call's own time. */
  final double medianMillis;

  Call parent;
  boolean childrenInParallel;

  /**
   * Whether it starts after its parent's end without blocking it, like the consumer of a message.
   */
  boolean asynchronous;

  /** Whether a batch consumer links to recently published messages. */
  boolean linkedToRecentMessages;

  Failure failure;
  double stallMillis;
  long startNanos;
  long endNanos;

  Call(Service service, String name, SpanKind kind, double medianMillis) {
    this.service = service;
    this.name = name;
    this.kind = kind;
    this.medianMillis = medianMillis;
  }

  Call add(Call child) {
    child.parent = this;
    children.add(child);
    return child;
  }

  void forEach(Consumer<Call> visitor) {
    visitor.accept(this);
    children.forEach(child -> child.forEach(visitor));
  }
}
