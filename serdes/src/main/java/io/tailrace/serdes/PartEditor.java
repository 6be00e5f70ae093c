package io.tailrace.serdes;

import org.jspecify.annotations.Nullable;

/**
 * Changes the parts of a trace that {@link TraceJoin} joins. If it throws, the spans of that part
 * are left out and {@link #refused}.
 */
public interface PartEditor {
  /** Leaves everything as it is. */
  PartEditor NONE =
      new PartEditor() {
        @Override
        public byte[] resource(byte[] fields) {
          return fields;
        }

        @Override
        public byte[] scope(byte[] fields) {
          return fields;
        }

        @Override
        public byte @Nullable [] span(byte[] source, int from, int to) {
          return null;
        }

        @Override
        public void edited() {}

        @Override
        public void refused(MalformedOtlpException reason) {}
      };

  /**
   * Returns the fields of a {@code ResourceSpans} other than its scopes: the same array if nothing
   * changes.
   */
  byte[] resource(byte[] fields) throws MalformedOtlpException;

  /**
   * Returns the fields of a {@code ScopeSpans} other than its spans: the same array if nothing
   * changes.
   */
  byte[] scope(byte[] fields) throws MalformedOtlpException;

  /**
   * Returns a span, given as a field of {@code ScopeSpans} with its tag; null if nothing changes.
   */
  byte @Nullable [] span(byte[] source, int from, int to) throws MalformedOtlpException;

  /** Called for each joined span that changed itself, or in its resource or scope. */
  void edited();

  /** Called for each span that is left out. */
  void refused(MalformedOtlpException reason);
}
