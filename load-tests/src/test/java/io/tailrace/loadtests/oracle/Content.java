package io.tailrace.loadtests.oracle;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** One span with its scope, its resource and their schema URLs. */
record Content(ResourceSpans alone) {
  static List<Content> of(byte[] record) throws InvalidProtocolBufferException {
    List<Content> all = new ArrayList<>();
    for (ResourceSpans resource : TracesData.parseFrom(record).getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          ScopeSpans.Builder scopeAlone = scope.toBuilder().clearSpans().addSpans(span);
          all.add(
              new Content(
                  resource.toBuilder().clearScopeSpans().addScopeSpans(scopeAlone).build()));
        }
      }
    }
    return all;
  }

  /** Returns the same span with the sampling threshold of its trace. */
  Content stamped(String threshold) {
    ResourceSpans.Builder stamped = alone.toBuilder();
    String state = span().getTraceState();
    stamped
        .getScopeSpansBuilder(0)
        .getSpansBuilder(0)
        .setTraceState(
            threshold.isEmpty()
                ? state
                : "ot=th:" + threshold + (state.isEmpty() ? "" : "," + state));
    return new Content(stamped.build());
  }

  Span span() {
    return alone.getScopeSpans(0).getSpans(0);
  }

  String traceId() {
    return hex(span().getTraceId());
  }

  String spanId() {
    return hex(span().getSpanId());
  }

  boolean hasValidTraceId() {
    byte[] id = span().getTraceId().toByteArray();
    boolean zero = true;
    for (byte b : id) {
      zero &= b == 0;
    }
    return id.length == 16 && !zero;
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
