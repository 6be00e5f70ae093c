package io.tailrace.loadtests.shop;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A span to be: one piece of work of a planned trace, in the tree of its callers and callees.
 * {@link Requests} lays the tree out, {@link Faults} breaks it, {@link Timing} gives it times and
 * {@link SpanEmitter} makes spans of it.
 */
final class Call {
  final Service service;
  final String name;
  final SpanKind kind;
  final AttributesBuilder attributes = Attributes.builder();
  final List<Call> children = new ArrayList<>();

  /** Median of the time spent in the call itself. */
  final double medianMillis;

  Call parent;
  boolean childrenInParallel;

  /** Starts after its parent's end and holds nobody up: the consuming side of a message. */
  boolean asynchronous;

  /** Of a batch consumer: linked to what was published there lately. */
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
