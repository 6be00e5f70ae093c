package io.tailrace.serdes;

/**
 * Receives the fields of resources, scopes and spans that policies need in addition to the fixed
 * summary. Called in wire order during a scan, so a resource or a scope can follow its spans.
 */
public interface SpanListener {
  /** Returns whether the listener needs attributes. Called once per record. */
  boolean wantsAttributes();

  /**
   * Returns whether the listener needs attributes of scopes. Called once per record, if {@link
   * #wantsAttributes}.
   */
  boolean wantsScopes();

  /**
   * Returns the index of the attribute key with these UTF-8 bytes. Negative if it is not needed.
   */
  int attributeKey(byte[] buffer, int offset, int length);

  /**
   * Starts a resource or a part of it, before its attributes. The bytes are in wire format.
   *
   * @return whether to read its attributes; if false, {@link #resourceEnd} is not called
   */
  boolean resourceStart(int resource, byte[] buffer, int offset, int length);

  /** Receives a needed attribute of the resource with this index in the record. */
  void resourceAttribute(int resource, int key, AttributeCursor value);

  /** Ends the resource, or this part of it. */
  void resourceEnd(int resource);

  /**
   * Starts a scope or a part of it, before its attributes. The bytes are in wire format.
   *
   * @return whether to read its attributes; if false, {@link #scopeEnd} is not called
   */
  boolean scopeStart(int scope, byte[] buffer, int offset, int length);

  /** Receives a needed attribute of the scope with this index in the record. */
  void scopeAttribute(int scope, int key, AttributeCursor value);

  /** Ends the scope, or this part of it. */
  void scopeEnd(int scope);

  /** Receives a needed attribute of the span with this index in the record. */
  void spanAttribute(int span, int key, AttributeCursor value);

  /** Receives the W3C trace state of a span if it is not empty. */
  void traceState(int span, byte[] buffer, int offset, int length);

  /** Receives the flags of a span if present. */
  void flags(int span, int flags);
}
