package io.tailrace.serdes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins the span bytes of a trace into {@code TracesData} records and merges byte-equal resources
 * and scopes. Spans keep their bytes and their order within a scope. Not thread-safe.
 */
public final class TraceJoin {
  /** Tag and length of a nested message: one byte plus at most five. */
  private static final int MESSAGE_OVERHEAD = 6;

  private static final SpanStamp UNSTAMPED = new SpanStamp("", result -> {});
  private static final ScopeStamp NO_ATTRIBUTES = new ScopeStamp();

  private final SpanScan scan = new SpanScan();
  private final PieceWriter writer = new PieceWriter();
  private final Map<Header, Map<Header, List<Slice>>> resources = new LinkedHashMap<>();
  private byte[] recordHeader = new byte[0];

  /** Removes all pieces. */
  public void clear() {
    resources.clear();
    recordHeader = new byte[0];
  }

  /**
   * Adds one piece or several concatenated pieces, which protobuf reads as one message.
   *
   * @throws MalformedOtlpException if the bytes are not {@code TracesData}; in that case, nothing
   *     is added
   */
  public void add(byte[] pieces) throws MalformedOtlpException {
    add(pieces, UNSTAMPED, NO_ATTRIBUTES, PartEditor.NONE);
  }

  /**
   * Adds pieces as {@link #add(byte[])}.
   *
   * @param editor changes all parts
   */
  public void add(byte[] pieces, PartEditor editor) throws MalformedOtlpException {
    add(pieces, UNSTAMPED, NO_ATTRIBUTES, editor);
  }

  /**
   * Adds pieces as {@link #add(byte[])}, with stamps on their spans and scopes.
   *
   * @param editor changes all parts after they are stamped
   */
  public void add(byte[] pieces, SpanStamp spanStamp, ScopeStamp scopeStamp, PartEditor editor)
      throws MalformedOtlpException {
    scan.scan(pieces, null);
    RecordHeaders headers = new RecordHeaders(scan);
    if (headers.record.length > 0) {
      recordHeader = headers.record;
    }
    Edited[] ofResources = new Edited[headers.resources.length];
    for (int resource = 0; resource < ofResources.length; resource++) {
      ofResources[resource] = edited(headers.resources[resource], editor::resource);
    }
    Edited[] ofScopes = new Edited[headers.scopes.length];
    for (int scope = 0; scope < ofScopes.length; scope++) {
      ofScopes[scope] = edited(scopeStamp.stamp(headers.scopes[scope]), editor::scope);
    }
    for (int span = 0; span < scan.spans.size; span++) {
      Slice stamped = slice(spanStamp, pieces, span);
      add(ofResources[scan.resource(span)], ofScopes[scan.scope(span)], stamped, editor);
    }
  }

  private void add(Edited resource, Edited scope, Slice span, PartEditor editor) {
    byte[] changed;
    try {
      resource.check();
      scope.check();
      changed = editor.span(span.source, span.from, span.to);
    } catch (MalformedOtlpException e) {
      editor.refused(e);
      return;
    }
    if (changed != null || resource.changed || scope.changed) {
      editor.edited();
    }
    resources
        .computeIfAbsent(resource.header, header -> new LinkedHashMap<>())
        .computeIfAbsent(scope.header, header -> new ArrayList<>())
        .add(changed == null ? span : new Slice(changed, 0, changed.length));
  }

  private interface Edit {
    byte[] apply(byte[] header) throws MalformedOtlpException;
  }

  private static Edited edited(byte[] header, Edit edit) {
    try {
      byte[] edited = edit.apply(header);
      return new Edited(new Header(edited), edited != header, null);
    } catch (MalformedOtlpException e) {
      return new Edited(new Header(header), false, e);
    }
  }

  private Slice slice(SpanStamp stamp, byte[] pieces, int span) throws MalformedOtlpException {
    SpanTable spans = scan.spans;
    int start = spans.fieldStart[span];
    int end = spans.fieldEnd[span];
    boolean hasState = spans.stateStart[span] > 0;
    byte[] stamped =
        hasState ? stamp.stamp(pieces, start, end) : stamp.stampFresh(pieces, start, end);
    return stamped == null ? new Slice(pieces, start, end) : new Slice(stamped, 0, stamped.length);
  }

  /**
   * Returns the joined trace.
   *
   * @param maxBytes size limit of a record; only a record with a single span can be larger
   */
  public List<byte[]> records(int maxBytes) {
    List<Item> items = items();
    List<byte[]> records = new ArrayList<>(1);
    int from = 0;
    long size = recordHeader.length;
    for (int i = 0; i < items.size(); i++) {
      long added = items.get(i).sizeAfter(i > from ? items.get(i - 1) : null);
      if (i > from && size + added > maxBytes) {
        records.add(write(items.subList(from, i)));
        from = i;
        size = recordHeader.length;
        added = items.get(i).sizeAfter(null);
      }
      size += added;
    }
    if (from < items.size()) {
      records.add(write(items.subList(from, items.size())));
    }
    return records;
  }

  private List<Item> items() {
    List<Item> items = new ArrayList<>();
    resources.forEach(
        (resource, scopes) ->
            scopes.forEach(
                (scope, spans) -> {
                  // Equal scopes of two resources share an array but must stay separate messages.
                  byte[] ownScope = scope.bytes.clone();
                  spans.forEach(span -> items.add(new Item(resource.bytes, ownScope, span)));
                }));
    return items;
  }

  private byte[] write(List<Item> items) {
    writer.begin();
    for (int i = items.size() - 1; i >= 0; i--) {
      Item item = items.get(i);
      Slice span = item.span;
      writer.prependSpan(item.resource, item.scope, span.source, span.from, span.to);
    }
    return writer.finish(recordHeader);
  }

  private record Edited(Header header, boolean changed, @Nullable MalformedOtlpException fault) {
    void check() throws MalformedOtlpException {
      if (fault != null) {
        throw fault;
      }
    }
  }

  private record Slice(byte[] source, int from, int to) {}

  private record Item(byte[] resource, byte[] scope, Slice span) {
    /** Returns an upper bound of the bytes that this span adds after {@code previous}. */
    long sizeAfter(@Nullable Item previous) {
      long size = (long) span.to - span.from;
      if (previous == null || previous.scope != scope) {
        size += scope.length + MESSAGE_OVERHEAD;
      }
      if (previous == null || previous.resource != resource) {
        size += resource.length + MESSAGE_OVERHEAD;
      }
      return size;
    }
  }

  private record Header(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Header header && Arrays.equals(bytes, header.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }
}
