package io.tailrace.topology.sampling;

import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.fingerprint.TraceValues;
import io.tailrace.policies.fingerprint.ValueNames;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.signals.EvaluationTimer;
import io.tailrace.policies.signals.Signals;
import io.tailrace.serdes.AttributeCursor;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanListener;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TracePieces;
import io.tailrace.serdes.TraceStateReader;
import io.tailrace.topology.operations.OutlineScan;
import io.tailrace.topology.operations.TraceOutline;
import io.tailrace.topology.wire.FirstValue;
import io.tailrace.topology.wire.RootSpans;
import io.tailrace.topology.wire.ValueScan;
import io.tailrace.topology.wire.WireAttribute;
import io.tailrace.topology.wire.WireSpan;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Scans a record once to find its spans, raise the signals for the policies and find the values of
 * their fingerprints. Reused from record to record. Not thread-safe.
 */
public final class RecordScan {
  public final SpanScan spans = new SpanScan();
  public final TracePieces pieces = new TracePieces();
  private final Listener listener = new Listener();
  private final WireAttribute attribute = new WireAttribute();
  private final SpanReader reader = new SpanReader();
  private final WireSpan whole = new WireSpan(reader);
  private final RootSpans roots = new RootSpans(spans, reader);
  private final OutlineScan outlines = new OutlineScan(spans, reader);
  private final ValueNames names;
  private final ValueScan values;
  private final EvaluationTimer timer = new EvaluationTimer(System::nanoTime);
  private SignalLayout layout;
  private SignalLayout nextLayout;
  private int words;
  private KnownResources knownResources = new KnownResources();
  private long[] byValue = {}; // all zero between two values
  private long[] byResource = {}; // all zero between two resources
  private long[] byTrace = {};
  private long[] raisedBySpan = new long[256];
  private long[] raisedByResource = new long[16];

  public RecordScan(SignalLayout layout) {
    this(layout, ValueNames.bounded());
  }

  /**
   * @param names receives the texts of the values of fingerprints
   */
  RecordScan(SignalLayout layout, ValueNames names) {
    this.names = names;
    this.values = new ValueScan(spans, reader, roots, names);
    use(layout);
    apply();
  }

  public SignalLayout layout() {
    return layout;
  }

  /** Returns the texts of the values of fingerprints. Other threads may read them. */
  public ValueNames names() {
    return names;
  }

  /** Switches to another layout from the next record on; the current record is not finished yet. */
  public void use(SignalLayout newLayout) {
    nextLayout = newLayout;
  }

  private void apply() {
    layout = nextLayout;
    words = nextLayout.words();
    Arrays.fill(raisedBySpan, 0);
    Arrays.fill(raisedByResource, 0);
    knownResources = new KnownResources();
    byValue = new long[words];
    byResource = new long[words];
    byTrace = new long[words];
  }

  public void scan(byte[] record) throws MalformedOtlpException {
    if (nextLayout != layout) {
      apply();
    }
    clear(raisedBySpan, spans.spanCount());
    clear(raisedByResource, spans.resourceCount());
    listener.nextRecord();
    roots.nextRecord();
    values.nextRecord(layout.selectors);
    spans.scanReceived(record, layout.needsNoListener() ? null : listener);
    pieces.of(spans);
    reader.of(spans);
  }

  /** Gathers the summary of a record with one trace, for the current layout. */
  void gather(OpenTrace into) {
    count(0, into);
    raise(0, into);
    outline(0, into);
  }

  /** Number of spans of the trace with this index in the record. */
  int spanCount(int trace) {
    int count = 0;
    for (int span = spans.firstSpan(trace); span >= 0; span = spans.nextSpan(span)) {
      count++;
    }
    return count;
  }

  /** Adds the spans of the trace with this index in the record to the summary. */
  public void count(int trace, OpenTrace into) {
    boolean findsRootCall = into.findsRootCall;
    for (int span = spans.firstSpan(trace); span >= 0; span = spans.nextSpan(span)) {
      into.addSpan(spans.startUnixNanos(span), spans.endUnixNanos(span));
      TraceStateReader head = spans.headSampling(span);
      if (head != null) {
        into.addHeadSampling(head);
      }
      if (findsRootCall) {
        outlines.addSpan(span, into);
      }
    }
  }

  /**
   * Raises the signals of the trace with this index in the record, and adds its values of
   * fingerprints. The summary must have been gathered for the same layout so far. Evaluates
   * conditions on whole spans until one span meets them, so that late spans and traces of other
   * layouts cost nothing.
   *
   * <p>Uses the first-seen time of the trace as the current time of the conditions. It is the same
   * for all its spans, in a replay, and in a repeated evaluation. Malformed bytes that only a
   * condition reads leave that condition without a result and have no other effect.
   */
  public void raise(int trace, OpenTrace into) {
    if (words > 0) {
      raiseSignals(trace, into);
    }
    if (layout.selectors != null) {
      addValues(trace, into);
    }
  }

  void addValues(int trace, OpenTrace into) {
    if (into.values == null) {
      into.values = new TraceValues(layout.signals.fingerprints());
    }
    values.gather(trace, layout.rootCondition, conditionTime(into), into.values);
  }

  private static long conditionTime(OpenTrace trace) {
    return TimeUnit.MILLISECONDS.toNanos(trace.firstSeen);
  }

  private void raiseSignals(int trace, OpenTrace into) {
    Signals signals = layout.signals;
    into.copyRaised(byTrace);
    for (int span = spans.firstSpan(trace); span >= 0; span = spans.nextSpan(span)) {
      if (signals.needsStatus()) {
        signals.status(spans.status(span), byTrace);
      }
      if (signals.needsSpans()) {
        reader.at(span);
        signals.span(whole, conditionTime(into), byTrace, timer);
      }
      int resource = spans.resource(span);
      for (int word = 0; word < words; word++) {
        byTrace[word] |= at(raisedBySpan, span, word) | at(raisedByResource, resource, word);
      }
    }
    into.setRaised(byTrace);
  }

  /** Adds the trace with this index in the record to the outline, if it was requested. */
  void outline(int trace, OpenTrace into) {
    if (into.outline != null) {
      outlines.add(trace, into.outline);
    }
  }

  /** Adds the outline of the trace with this index in the record. */
  public void outline(int trace, TraceOutline into) {
    outlines.add(trace, into);
  }

  /** Returns the first value of an attribute in the trace with this index in the record. */
  Optional<String> firstValue(int trace, Selector selector) {
    for (int span = spans.firstSpan(trace); span >= 0; span = spans.nextSpan(span)) {
      reader.at(span);
      Optional<String> value = FirstValue.of(reader, selector);
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a root span of the trace is in the record.
   *
   * @param rootCondition condition that it must meet; null: it must have no parent
   */
  boolean hasRoot(int trace, @Nullable SpanConditions rootCondition, OpenTrace of) {
    for (int span = spans.firstSpan(trace); span >= 0; span = spans.nextSpan(span)) {
      if (roots.isRoot(span, rootCondition, conditionTime(of))) {
        return true;
      }
    }
    return false;
  }

  private void clear(long[] table, int rows) {
    Arrays.fill(table, 0, Math.min(table.length, rows * words), 0);
  }

  private long at(long[] table, int row, int word) {
    int i = row * words + word;
    return i < table.length ? table[i] : 0;
  }

  /** Adds the signals of a value or a resource to a row of the table, which grows if necessary. */
  private long[] raise(long[] table, int row, long[] raised) {
    long[] fitting = table;
    int end = (row + 1) * words;
    if (end > table.length) {
      fitting = Arrays.copyOf(table, end * 2);
    }
    for (int word = 0; word < words; word++) {
      fitting[row * words + word] |= raised[word];
    }
    return fitting;
  }

  private final class Listener implements SpanListener {
    private final FirstKeys keysOfResource = new FirstKeys();
    private final FirstKeys keysOfScope = new FirstKeys();
    private final FirstKeys keysOfSpan = new FirstKeys();
    private int lastResource;
    private boolean isFirstPart;

    /** First part of the last resource; null if it was walked. */
    private @Nullable KnownResource known;

    private byte[] resourceIn = {};
    private int resourceAt;
    private int resourceLength;

    private void nextRecord() {
      lastResource = -1;
      keysOfResource.clear(layout.keyCount());
      keysOfSpan.clear(layout.keyCount());
      if (layout.wantsScopes()) {
        keysOfScope.clear(layout.keyCount());
      }
    }

    @Override
    public boolean wantsAttributes() {
      return layout.wantsAttributes();
    }

    @Override
    public boolean wantsScopes() {
      return layout.wantsScopes();
    }

    @Override
    public int attributeKey(byte[] buffer, int offset, int length) {
      return layout.key(buffer, offset, length);
    }

    @Override
    public boolean resourceStart(int resource, byte[] buffer, int offset, int length) {
      isFirstPart = resource != lastResource;
      lastResource = resource;
      if (isFirstPart) {
        known = knownResources.find(buffer, offset, length);
        if (known != null && !values.addKnown(resource, known.values())) {
          known = null; // the names of its values are wanted again
        }
        if (known != null) {
          raisedByResource = raise(raisedByResource, resource, known.raised());
          return false;
        }
      } else if (known != null) {
        keysOfResource.add(known.keys(), resource);
      }
      resourceIn = buffer;
      resourceAt = offset;
      resourceLength = length;
      return true;
    }

    @Override
    public void resourceAttribute(int resource, int key, AttributeCursor value) {
      if (keysOfResource.isFirst(key, resource)) {
        if (layout.isOfSignals(key)) {
          layout.signals.attribute(key, attribute.at(value), byResource);
        }
        if (layout.selectors != null) {
          values.resource(resource, key, value);
        }
      }
    }

    @Override
    public void resourceEnd(int resource) {
      if (isFirstPart) { // signals of a further part depend on the keys of earlier parts
        int[] keys = keysOfResource.of(resource);
        knownResources.put(
            resourceIn, resourceAt, resourceLength, byResource, values.valuesOf(resource), keys);
      }
      raisedByResource = raise(raisedByResource, resource, byResource);
      Arrays.fill(byResource, 0);
    }

    @Override
    public boolean scopeStart(int scope, byte[] buffer, int offset, int length) {
      return true;
    }

    @Override
    public void scopeAttribute(int scope, int key, AttributeCursor value) {
      if (keysOfScope.isFirst(key, scope)) {
        values.scope(scope, key, value);
      }
    }

    @Override
    public void scopeEnd(int scope) {}

    @Override
    public void spanAttribute(int span, int key, AttributeCursor value) {
      if (keysOfSpan.isFirst(key, span)) {
        if (layout.isOfSignals(key)) {
          layout.signals.attribute(key, attribute.at(value), byValue);
          raised(span);
        }
        if (layout.selectors != null) {
          values.span(span, key, value);
        }
      }
    }

    @Override
    public void traceState(int span, byte[] buffer, int offset, int length) {
      if (layout.signals.needsTraceState()) {
        String state = new String(buffer, offset, length, StandardCharsets.UTF_8);
        layout.signals.traceState(state, byValue);
        raised(span);
      }
    }

    @Override
    public void flags(int span, int flags) {
      if (layout.signals.needsFlags()) {
        layout.signals.flags(flags, byValue);
        raised(span);
      }
    }

    private void raised(int span) {
      raisedBySpan = raise(raisedBySpan, span, byValue);
      Arrays.fill(byValue, 0);
    }
  }
}
