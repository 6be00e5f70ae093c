package io.tailrace.loadtests.shop;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The services of the shop, each with its own SDK, and their requests. Not thread-safe. */
final class Shop implements AutoCloseable {
  private final InstantSource clock;
  private final Requests requests;
  private final Faults faults;
  private final Timing timing;
  private final SpanEmitter emitter;
  private final List<SdkTracerProvider> providers = new ArrayList<>();
  private final List<ServiceBatch> batches = new ArrayList<>();

  Shop(long seed, double errorShare, InstantSource clock, long nowNanos, SpanExporter exporter) {
    this.clock = clock;
    SplittableRandom random = new SplittableRandom(seed);
    requests = new Requests(random.split());
    faults = new Faults(errorShare, random.split());
    timing = new Timing(random.split());
    emitter = new SpanEmitter(tracers(new SeededIds(random.split()), nowNanos, exporter));
  }

  /** Serves one request that ends now. Returns the number of its spans. */
  int serve() {
    Call root = requests.next();
    faults.strike(root);
    long lastEndNanos = timing.lay(root);
    return emitter.emit(root, epochNanos(clock.instant()) - lastEndNanos);
  }

  void exportWhatIsDue(long nowNanos) {
    batches.forEach(batch -> batch.exportIfDue(nowNanos));
  }

  /** Exports the remaining spans. */
  @Override
  public void close() {
    providers.forEach(SdkTracerProvider::shutdown);
  }

  private Map<Service, Tracer> tracers(SeededIds ids, long nowNanos, SpanExporter exporter) {
    Map<Service, Tracer> tracers = new EnumMap<>(Service.class);
    long step = ServiceBatch.INTERVAL_NANOS / Service.values().length;
    long firstDueNanos = nowNanos;
    for (Service service : Service.values()) {
      firstDueNanos +=
          step; // each service has its own phase, so the parts of a trace arrive at different times
      ServiceBatch batch = new ServiceBatch(exporter, firstDueNanos);
      SdkTracerProvider provider =
          SdkTracerProvider.builder()
              .setResource(service.resource())
              .setIdGenerator(ids)
              .setSampler(new Canary())
              .addSpanProcessor(batch)
              .build();
      batches.add(batch);
      providers.add(provider);
      tracers.put(service, provider.get("io.tailrace.loadtests.shop"));
    }
    return tracers;
  }

  private static long epochNanos(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }
}
