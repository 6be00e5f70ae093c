package io.tailrace.loadtests.bench.flow;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tailrace.loadtests.shop.VirtualTraffic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Traces of the shop with additional attributes, so that each span has 9 to 12. */
final class SpanPool {
  private static final double ERROR_SHARE = 0.01;
  private static final int WANTED_ATTRIBUTES = 9;
  private static final int TRACES_PER_SECOND = 100;
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  /**
   * A span and its emitter.
   *
   * @param emitter index in {@link #emitters()}
   */
  record PooledSpan(int emitter, Span span) {}

  private final List<Emitter> emitters = new ArrayList<>();
  private final Map<String, List<PooledSpan>> traces = new LinkedHashMap<>();
  private final SplittableRandom random;

  SpanPool(long seed, int traceCount) {
    random = new SplittableRandom(seed);
    new VirtualTraffic(seed, ERROR_SHARE, TRACES_PER_SECOND, START)
        .run(traceCount, Long.MAX_VALUE, new Collector());
  }

  List<Emitter> emitters() {
    return emitters;
  }

  List<List<PooledSpan>> traces() {
    return List.copyOf(traces.values());
  }

  private void add(TracesData batch) {
    for (ResourceSpans resource : batch.getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        int emitter =
            indexOf(
                new Emitter(
                    resource.getResource().toByteString(), scope.getScope().toByteString()));
        for (Span span : scope.getSpansList()) {
          traces
              .computeIfAbsent(
                  String.valueOf(span.getTraceId().asReadOnlyByteBuffer().getLong()),
                  id -> new ArrayList<>())
              .add(new PooledSpan(emitter, withAgentAttributes(span)));
        }
      }
    }
  }

  private int indexOf(Emitter emitter) {
    int index = emitters.indexOf(emitter);
    if (index >= 0) {
      return index;
    }
    emitters.add(emitter);
    return emitters.size() - 1;
  }

  private Span withAgentAttributes(Span span) {
    Span.Builder builder = span.toBuilder();
    int wanted = WANTED_ATTRIBUTES + random.nextInt(4);
    List<KeyValue> more =
        List.of(
            text("thread.name", "http-nio-8080-exec-" + random.nextInt(200)),
            number("thread.id", random.nextInt(20, 400)),
            text("network.peer.address", "10.4." + random.nextInt(16) + "." + random.nextInt(256)),
            text("code.function.name", "com.example.shop." + span.getName().strip() + ".handle"),
            text("k8s.pod.name", "shop-7c9d8b6f5-" + Integer.toString(random.nextInt(60_000), 36)),
            text("network.protocol.version", "1.1"),
            text("shop.session.id", Long.toHexString(random.nextLong())),
            text("container.runtime", "containerd"));
    for (KeyValue attribute : more) {
      if (builder.getAttributesCount() < wanted) {
        builder.addAttributes(attribute);
      }
    }
    return builder.build();
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private final class Collector implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      TraceRequestMarshaler request = TraceRequestMarshaler.create(spans);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(request.getBinarySerializedSize());
      try {
        request.writeBinaryTo(bytes);
        add(TracesData.parseFrom(bytes.toByteArray()));
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("the SDK's own encoding", e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
