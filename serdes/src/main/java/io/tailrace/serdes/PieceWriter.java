package io.tailrace.serdes;

import org.jspecify.annotations.Nullable;

/**
 * Writes a {@code TracesData} from its last span to its first. Consecutive spans with identical
 * (same array, not only equal) resource and scope headers share one {@code ResourceSpans} and
 * {@code ScopeSpans}.
 */
final class PieceWriter {
  private final BackwardWriter out = new BackwardWriter();
  private byte @Nullable [] resource;
  private byte @Nullable [] scope;
  private int beforeResource;
  private int beforeScope;

  void begin() {
    out.clear();
    resource = null;
    scope = null;
  }

  /** Prepends a span, given as a whole field with tag. */
  void prependSpan(byte[] resourceHeader, byte[] scopeHeader, byte[] source, int from, int to) {
    if (resource != resourceHeader) {
      closeResource();
      resource = resourceHeader;
      beforeResource = out.size();
    }
    if (scope != scopeHeader) {
      closeScope();
      scope = scopeHeader;
      beforeScope = out.size();
    }
    out.prepend(source, from, to);
  }

  byte[] finish(byte[] recordHeader) {
    closeResource();
    out.prepend(recordHeader, 0, recordHeader.length);
    return out.toByteArray();
  }

  private void closeResource() {
    closeScope();
    if (resource != null) {
      out.prepend(resource, 0, resource.length);
      out.prependHeader(OtlpFields.TRACES_RESOURCE_SPANS, beforeResource);
      resource = null;
    }
  }

  private void closeScope() {
    if (scope != null) {
      out.prepend(scope, 0, scope.length);
      out.prependHeader(OtlpFields.RESOURCE_SPANS_SCOPE_SPANS, beforeScope);
      scope = null;
    }
  }
}
