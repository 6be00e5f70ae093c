package io.tailrace.serdes;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one span of a scanned record, decoded on demand. The first access locates the fields of the
 * span. Text and attributes are decoded on their own first access. Resources and scopes are decoded
 * once per record. Absent fields are empty text, an empty array or 0. Invalid UTF-8 becomes U+FFFD.
 *
 * <p>Every accessor can throw {@link MalformedOtlpException}, because the scan does not validate
 * all fields. Callers must not modify arrays, lists and maps. Values are valid until the next
 * {@link #of} or {@link #at}. Not thread-safe.
 */
public final class SpanReader extends LazyPart {
  private final WireReader reader = new WireReader();
  private final LazyField traceId = new LazyField();
  private final LazyField spanId = new LazyField();
  private final LazyField parentSpanId = new LazyField();
  private final LazyField traceState = new LazyField();
  private final LazyField name = new LazyField();
  private final LazyField statusMessage = new LazyField();
  private final AttributesReader attributes = new AttributesReader();
  private final RangeTable events = new RangeTable();
  private final EventReader event = new EventReader();
  private int kind;
  private long startNanos;
  private long endNanos;
  private int statusCode;
  private int flags;
  private int links;
  private int droppedAttributes;
  private int droppedEvents;
  private int droppedLinks;

  @SuppressWarnings("NullAway.Init") // set by of(), which callers call first
  private SpanScan scan;

  private int span;
  private @Nullable ScopeReader @Nullable [] scopes; // null until first access
  private @Nullable ResourceReader @Nullable [] resources;

  /** Sets the record. Must be called after each scan. */
  public void of(SpanScan scanned) {
    scan = scanned;
    scopes = null;
    resources = null;
  }

  /** Moves to the span with this index in the record. */
  public void at(int index) {
    span = Objects.checkIndex(index, scan.spanCount());
    restart(scan.record);
    attributes.ofSpan(
        scan.record, scan.spans.attributesStart[span], scan.spans.attributesEnd[span]);
  }

  public byte[] traceId() throws MalformedOtlpException {
    demand();
    return traceId.bytes(record);
  }

  public byte[] spanId() throws MalformedOtlpException {
    demand();
    return spanId.bytes(record);
  }

  public byte[] parentSpanId() throws MalformedOtlpException {
    demand();
    return parentSpanId.bytes(record);
  }

  /** Applies a function to the bytes of the span ID. */
  public long spanId(BytesToLong function) throws MalformedOtlpException {
    demand();
    return spanId.apply(record, function);
  }

  /** Applies a function to the bytes of the parent span ID. */
  public long parentSpanId(BytesToLong function) throws MalformedOtlpException {
    demand();
    return parentSpanId.apply(record, function);
  }

  /** Applies a function to the UTF-8 bytes of the name. */
  public long name(BytesToLong function) throws MalformedOtlpException {
    demand();
    return name.apply(record, function);
  }

  /** The W3C {@code tracestate} header, unchanged. */
  public String traceState() throws MalformedOtlpException {
    demand();
    return traceState.text(record);
  }

  public String name() throws MalformedOtlpException {
    demand();
    return name.text(record);
  }

  /** The wire value; 0 to 5 in OTLP. */
  public int kind() throws MalformedOtlpException {
    demand();
    return kind;
  }

  /** Nanoseconds since the epoch. */
  public long startUnixNanos() throws MalformedOtlpException {
    demand();
    return startNanos;
  }

  /** Nanoseconds since the epoch. */
  public long endUnixNanos() throws MalformedOtlpException {
    demand();
    return endNanos;
  }

  /** The wire value; in OTLP 0 unset, 1 OK, 2 error. */
  public int statusCode() throws MalformedOtlpException {
    demand();
    return statusCode;
  }

  public String statusMessage() throws MalformedOtlpException {
    demand();
    return statusMessage.text(record);
  }

  /** An unsigned 32-bit number. */
  public long flags() throws MalformedOtlpException {
    demand();
    return Wire.unsigned(flags);
  }

  public AttributesReader attributes() {
    return attributes;
  }

  public long droppedAttributesCount() throws MalformedOtlpException {
    demand();
    return Wire.unsigned(droppedAttributes);
  }

  public int eventCount() throws MalformedOtlpException {
    demand();
    return events.size;
  }

  /** Returns an event by index, 0..{@link #eventCount}-1. The next call reuses the object. */
  public EventReader event(int index) throws MalformedOtlpException {
    demand();
    Objects.checkIndex(index, events.size);
    return event.at(record, events.start[index], events.end[index]);
  }

  public long droppedEventsCount() throws MalformedOtlpException {
    demand();
    return Wire.unsigned(droppedEvents);
  }

  public int linkCount() throws MalformedOtlpException {
    demand();
    return links;
  }

  public long droppedLinksCount() throws MalformedOtlpException {
    demand();
    return Wire.unsigned(droppedLinks);
  }

  public ScopeReader scope() {
    if (scopes == null) {
      scopes = new @Nullable ScopeReader[scan.scopes.size];
    }
    int index = scan.spans.scope[span];
    ScopeReader reader = scopes[index];
    if (reader == null) {
      RangeTable at = scan.scopes;
      reader = new ScopeReader(scan.record, at.start[index], at.end[index]);
      scopes[index] = reader;
    }
    return reader;
  }

  public ResourceReader resource() {
    if (resources == null) {
      resources = new @Nullable ResourceReader[scan.resources.size];
    }
    int index = scan.resource(span);
    ResourceReader reader = resources[index];
    if (reader == null) {
      RangeTable at = scan.resources;
      reader = new ResourceReader(scan.record, at.start[index], at.end[index]);
      resources[index] = reader;
    }
    return reader;
  }

  @Override
  void walk() throws IOException {
    forget();
    WireReader in = reader.of(record, scan.spans.fieldStart[span], scan.spans.fieldEnd[span]);
    in.tag();
    in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      walkField(in, tag);
    }
  }

  private void forget() {
    traceId.clear();
    spanId.clear();
    parentSpanId.clear();
    traceState.clear();
    name.clear();
    statusMessage.clear();
    events.size = 0;
    kind = 0;
    startNanos = 0;
    endNanos = 0;
    statusCode = 0;
    flags = 0;
    links = 0;
    droppedAttributes = 0;
    droppedEvents = 0;
    droppedLinks = 0;
  }

  private void walkField(WireReader in, int tag) throws IOException {
    if (tag == OtlpFields.SPAN_TRACE_ID) {
      traceId.pass(in);
    } else if (tag == OtlpFields.SPAN_SPAN_ID) {
      spanId.pass(in);
    } else if (tag == OtlpFields.SPAN_TRACE_STATE) {
      traceState.pass(in);
    } else if (tag == OtlpFields.SPAN_PARENT_SPAN_ID) {
      parentSpanId.pass(in);
    } else if (tag == OtlpFields.SPAN_NAME) {
      name.pass(in);
    } else if (tag == OtlpFields.SPAN_KIND) {
      kind = in.varint32();
    } else if (tag == OtlpFields.SPAN_START_TIME) {
      startNanos = in.fixed64();
    } else if (tag == OtlpFields.SPAN_END_TIME) {
      endNanos = in.fixed64();
    } else if (tag == OtlpFields.SPAN_DROPPED_ATTRIBUTES) {
      droppedAttributes = in.varint32();
    } else if (tag == OtlpFields.SPAN_EVENTS) {
      passEvent(in);
    } else if (tag == OtlpFields.SPAN_DROPPED_EVENTS) {
      droppedEvents = in.varint32();
    } else if (tag == OtlpFields.SPAN_LINKS) {
      links++;
      in.skip(tag);
    } else if (tag == OtlpFields.SPAN_DROPPED_LINKS) {
      droppedLinks = in.varint32();
    } else if (tag == OtlpFields.SPAN_STATUS) {
      walkStatus(in);
    } else if (tag == OtlpFields.SPAN_FLAGS) {
      flags = in.fixed32();
    } else {
      in.skip(tag);
    }
  }

  private void passEvent(WireReader in) throws IOException {
    int tagAt = in.at();
    int length = in.length();
    int at = in.at();
    in.pass(length);
    events.add(span, tagAt, at, at + length);
  }

  private void walkStatus(WireReader in) throws IOException {
    int outer = in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.STATUS_CODE) {
        statusCode = in.varint32();
      } else if (tag == OtlpFields.STATUS_MESSAGE) {
        statusMessage.pass(in);
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
  }
}
