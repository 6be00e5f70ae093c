package io.tailrace.topology.wire;

import io.tailrace.policies.fingerprint.Fingerprint;
import io.tailrace.policies.fingerprint.Fingerprints;
import io.tailrace.policies.fingerprint.TraceValues;
import io.tailrace.policies.fingerprint.ValueHash;
import io.tailrace.policies.fingerprint.ValueNames;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.serdes.AttributeCursor;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of fingerprints while a record is scanned, and then adds them to the traces of
 * the record. Reused from record to record. Not thread-safe.
 */
public final class ValueScan {
  private static final SelectorPlan NOTHING = new SelectorPlan(Fingerprints.NONE, List.of());
  private static final long NO_SERVICE = ValueHash.of(Fingerprint.MISSING);

  private final SpanScan spans;
  private final SpanReader reader;
  private final RootSpans roots;
  private final ValueNames names;
  private final ValueText text = new ValueText();
  private final FoundValues ofResources = new FoundValues();
  private final FoundValues ofScopes = new FoundValues();
  private final FoundValues ofSpans = new FoundValues();

  private SelectorPlan plan = NOTHING;

  /**
   * @param names receives the texts of the values
   */
  public ValueScan(SpanScan spans, SpanReader reader, RootSpans roots, ValueNames names) {
    this.spans = spans;
    this.reader = reader;
    this.roots = roots;
    this.names = names;
  }

  /**
   * Forgets the previous record.
   *
   * @param newPlan plan for the next record; null if the policies have no fingerprints
   */
  public void nextRecord(@Nullable SelectorPlan newPlan) {
    plan = newPlan == null ? NOTHING : newPlan;
    ofResources.clear();
    ofScopes.clear();
    ofSpans.clear();
  }

  /** Processes an attribute of a resource. */
  public void resource(int resource, int key, AttributeCursor value) {
    find(ofResources, resource, plan.ofResource[key], value);
  }

  /** Processes an attribute of a scope. */
  public void scope(int scope, int key, AttributeCursor value) {
    find(ofScopes, scope, plan.ofScope[key], value);
  }

  /** Processes an attribute of a span. */
  public void span(int span, int key, AttributeCursor value) {
    find(ofSpans, span, plan.ofSpan[key], value);
  }

  private void find(FoundValues into, int owner, int[] selectors, AttributeCursor value) {
    if (selectors.length == 0) {
      return;
    }
    try {
      long hash = text.hash(value);
      if (!names.meet(hash)) {
        names.put(hash, text.text(value));
      }
      for (int selector : selectors) {
        into.add(owner, selector, hash);
      }
    } catch (MalformedOtlpException unreadable) {
      // As for every malformed attribute: it counts as absent.
    }
  }

  /** Returns the values found in a resource, for {@link #addKnown}. */
  public KnownValues valuesOf(int resource) {
    return ofResources.of(resource);
  }

  /**
   * Adds values of a resource that came before.
   *
   * @return false, without effect, if the text of a value was dropped since
   */
  public boolean addKnown(int resource, KnownValues values) {
    for (long hash : values.hashes()) {
      if (!names.meet(hash)) {
        return false;
      }
    }
    for (int i = 0; i < values.hashes().length; i++) {
      ofResources.add(resource, values.selectors()[i], values.hashes()[i]);
    }
    return true;
  }

  /**
   * Adds the values of the trace with this index in the record.
   *
   * @param rootCondition as for {@link RootSpans#isRoot}
   */
  public void gather(
      int trace, @Nullable SpanConditions rootCondition, long nowUnixNano, TraceValues into) {
    int lastResource = -1;
    int lastScope = -1;
    for (int span = spans.firstSpan(trace); span >= 0; span = spans.nextSpan(span)) {
      boolean root = plan.needsRoot && roots.isRoot(span, rootCondition, nowUnixNano);
      int resource = spans.resource(span);
      if (resource != lastResource || root) {
        add(ofResources, resource, root, into);
      }
      int scope = spans.scope(span);
      if (scope != lastScope) {
        add(ofScopes, scope, root, into);
      }
      add(ofSpans, span, root, into);
      if (root && plan.rootName >= 0) {
        addName(span, into);
      }
      if (plan.shape >= 0) {
        addToShape(span, resource, into);
      }
      lastResource = resource;
      lastScope = scope;
    }
  }

  private void add(FoundValues found, int owner, boolean root, TraceValues into) {
    for (int value = found.first(owner); value >= 0; value = found.next(value)) {
      int selector = found.selector(value);
      if (plan.takes(selector, root)) {
        into.add(selector, found.hash(value));
      }
    }
  }

  private void addName(int span, TraceValues into) {
    try {
      reader.at(span);
      long hash = reader.name(ValueHash::of);
      if (!names.meet(hash)) {
        names.put(hash, reader.name());
      }
      into.add(plan.rootName, hash);
    } catch (MalformedOtlpException unreadable) {
      // Counts as absent.
    }
  }

  private void addToShape(int span, int resource, TraceValues into) {
    try {
      reader.at(span);
      into.addSpan(
          reader.spanId(ValueHash::of),
          reader.parentSpanId(ValueHash::of),
          !spans.isRoot(span),
          service(resource),
          reader.name(ValueHash::of));
    } catch (MalformedOtlpException unreadable) {
      // The span is not part of the shape.
    }
  }

  private long service(int resource) {
    for (int value = ofResources.first(resource); value >= 0; value = ofResources.next(value)) {
      if (ofResources.selector(value) == plan.shape) {
        return ofResources.hash(value);
      }
    }
    return NO_SERVICE;
  }
}
