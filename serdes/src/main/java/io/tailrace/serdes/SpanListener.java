package io.tailrace.serdes;

/**
 * Told, while a record is scanned, what policies want to know of resources and spans beyond the
 * fixed summary. Calls come in wire order, so a resource may be told of after its spans.
 */
public interface SpanListener {
  /** Whether any attribute is wanted; if not, none is looked at. Asked once a record. */
  boolean wantsAttributes();

  /** Which of the wanted attribute keys these UTF-8 bytes are, or a negative number for none. */
  int attributeKey(byte[] buffer, int offset, int length);

  /**
   * A resource, as it stands on the wire, before its attributes. One may come in several parts.
   *
   * @return whether to walk over its attributes; if not, {@link #resourceEnd} is not called either
   */
  boolean resourceStart(int resource, byte[] buffer, int offset, int length);

  /** A wanted attribute of the resource with this index in the record. */
  void resourceAttribute(int resource, int key, AttributeCursor value);

  /** All attributes of the resource, or of this part of it, have been told. */
  void resourceEnd(int resource);

  /** A wanted attribute of the span with this index in the record. */
  void spanAttribute(int span, int key, AttributeCursor value);

  /** The span's W3C trace state, if not empty. */
  void traceState(int span, byte[] buffer, int offset, int length);

  /** The span's flags, if written. */
  void flags(int span, int flags);
}
