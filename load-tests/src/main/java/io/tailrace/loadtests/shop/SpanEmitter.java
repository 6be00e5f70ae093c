package io.tailrace.loadtests.shop;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Map;

/** Creates SDK spans of a planned trace, each with the tracer of its service. */
final class SpanEmitter {
  private final Map<Service, Tracer> tracers;
  private final RecentMessages recentMessages = new RecentMessages();

  SpanEmitter(Map<Service, Tracer> tracers) {
    this.tracers = tracers;
  }

  /** Creates the spans and returns their number. */
  int emit(Call root, long rootStartEpochNanos) {
    return emit(root, Context.root(), rootStartEpochNanos);
  }

  private int emit(Call call, Context parent, long epochNanos) {
    Span span = start(call, parent, epochNanos);
    Context context = parent.with(span);
    int spans = 1;
    for (Call child : call.children) {
      spans += emit(child, contextFor(child, context), epochNanos);
    }
    if (call.failure != null) {
      fail(span, call.failure, epochNanos + call.endNanos);
    }
    if (call.kind == SpanKind.PRODUCER) {
      recentMessages.published(span.getSpanContext());
    }
    span.end(epochNanos + call.endNanos, NANOSECONDS);
    return spans;
  }

  private Span start(Call call, Context parent, long epochNanos) {
    SpanBuilder builder =
        tracers
            .get(call.service)
            .spanBuilder(call.name)
            .setSpanKind(call.kind)
            .setParent(parent)
            .setAllAttributes(call.attributes.build())
            .setStartTimestamp(epochNanos + call.startNanos, NANOSECONDS);
    if (call.linkedToRecentMessages) {
      recentMessages.publishers().forEach(builder::addLink);
    } else if (call.kind == SpanKind.CONSUMER) {
      builder.addLink(Span.fromContext(parent).getSpanContext());
    }
    return builder.startSpan();
  }

  private static void fail(Span span, Failure failure, long epochNanos) {
    span.setStatus(StatusCode.ERROR, failure.message());
    span.addEvent(
        "exception",
        Attributes.of(
            Conventions.EXCEPTION_TYPE, failure.exception(),
            Conventions.EXCEPTION_MESSAGE, failure.message(),
            Conventions.EXCEPTION_STACKTRACE, failure.stackTrace()),
        epochNanos,
        NANOSECONDS);
  }

  /**
   * Returns the context of a child. In another service, the parent is remote, which sets a span
   * flag.
   */
  private static Context contextFor(Call child, Context context) {
    if (child.kind != SpanKind.SERVER && child.kind != SpanKind.CONSUMER) {
      return context;
    }
    SpanContext local = Span.fromContext(context).getSpanContext();
    SpanContext remote =
        SpanContext.createFromRemoteParent(
            local.getTraceId(), local.getSpanId(), local.getTraceFlags(), local.getTraceState());
    return Context.root().with(Span.wrap(remote));
  }
}
