package io.tailrace.loadtests.bench;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.tailrace.loadtests.shop.Canary;
import io.tailrace.loadtests.shop.SeededIds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Traces of equal size, so that figures are comparable: four services with three spans each, ten
 * attributes and about 500 bytes per span. One in 32 fails, one in 16 is slow.
 */
final class BenchTraces {
  static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  private static final long SEED = 1;
  private static final int FAILED_EVERY = 32;
  private static final int SLOW_EVERY = 16;
  private static final int STAFF_EVERY = 16;
  private static final int MILLIS = 80;
  private static final int SLOW_MILLIS = 2_500;
  private static final String[] SERVICES = {"frontend", "checkout", "payment", "inventory"};
  private static final String[] PATHS = {"/products/%d", "/checkout", "/search/%d", "/cart/items"};
  private static final String[] TENANTS = {"acme", "globex", "initech", "umbrella"};

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<Tracer> tracers = new ArrayList<>();
  private final List<SpanData> ended = new ArrayList<>();

  private BenchTraces() {
    SeededIds ids = new SeededIds(random.split());
    for (String service : SERVICES) {
      tracers.add(
          SdkTracerProvider.builder()
              .setResource(Resource.getDefault().merge(resource(service)))
              .setIdGenerator(ids)
              .setSampler(new Canary())
              .addSpanProcessor(new Recorder())
              .build()
              .get("io.tailrace.loadtests.bench"));
    }
  }

  /** Creates OTLP records with one trace each. */
  static List<byte[]> records(int count) {
    BenchTraces traces = new BenchTraces();
    List<byte[]> records = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      records.add(traces.record(number));
    }
    return records;
  }

  private byte[] record(int number) {
    boolean failed = number % FAILED_EVERY == FAILED_EVERY - 1;
    int millis = number % SLOW_EVERY == SLOW_EVERY / 2 ? SLOW_MILLIS : MILLIS;
    String path = PATHS[random.nextInt(PATHS.length)].formatted(random.nextInt(10_000));
    Attributes customer = customer();
    Context caller = Context.root();
    for (Tracer tracer : tracers) {
      Span server = start(tracer, SpanKind.SERVER, path, customer, caller);
      server.setAllAttributes(http(path, failed));
      caller = caller.with(server);
      Span query = start(tracer, SpanKind.CLIENT, "SELECT stock", customer, caller);
      query.setAllAttributes(query());
      Span client = start(tracer, SpanKind.CLIENT, path, customer, caller);
      client.setAllAttributes(http(path, failed));
      if (failed) {
        client.setStatus(StatusCode.ERROR, "Read timed out");
        client.addEvent(
            "exception", Attributes.builder().put("exception.type", "SocketTimeout").build());
      }
      for (Span span : List.of(query, client, server)) {
        span.end(START.toEpochMilli() + millis, MILLISECONDS);
      }
    }
    byte[] record = encode(ended);
    ended.clear();
    return record;
  }

  private Attributes customer() {
    return Attributes.builder()
        .put("tenant", TENANTS[random.nextInt(TENANTS.length)])
        .put("customer.tier", "silver")
        .put("customer.staff", random.nextInt(STAFF_EVERY) == 0)
        .put("thread.name", "http-nio-8080-exec-7")
        .build();
  }

  private static Span start(
      Tracer tracer, SpanKind kind, String name, Attributes customer, Context parent) {
    return tracer
        .spanBuilder(name)
        .setSpanKind(kind)
        .setParent(parent)
        .setStartTimestamp(START)
        .setAllAttributes(customer)
        .startSpan();
  }

  private static Attributes http(String path, boolean failed) {
    return Attributes.builder()
        .put("http.request.method", "GET")
        .put("http.route", path)
        .put("url.path", path)
        .put("http.response.status_code", failed ? 504L : 200L)
        .put("server.address", "checkout.shop.internal")
        .put("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101")
        .build();
  }

  private static Attributes query() {
    return Attributes.builder()
        .put("db.system.name", "postgresql")
        .put("db.operation.name", "SELECT")
        .put("db.collection.name", "stock")
        .put("db.query.text", "SELECT sku, available FROM stock WHERE sku = ? AND region = ?")
        .put("server.address", "postgresql.inventory.shop.internal")
        .put("server.port", 5432L)
        .build();
  }

  private static Resource resource(String service) {
    AttributesBuilder attributes =
        Attributes.builder()
            .put("service.name", service)
            .put("service.namespace", "shop")
            .put("service.version", "4.2.0")
            .put("service.instance.id", service + "-0")
            .put("deployment.environment.name", "demo");
    return Resource.create(attributes.build());
  }

  private static byte[] encode(List<SpanData> spans) {
    TraceRequestMarshaler request = TraceRequestMarshaler.create(spans);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(request.getBinarySerializedSize());
    try {
      request.writeBinaryTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private final class Recorder implements SpanProcessor {
    @Override
    public void onEnd(ReadableSpan span) {
      ended.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }
  }
}
