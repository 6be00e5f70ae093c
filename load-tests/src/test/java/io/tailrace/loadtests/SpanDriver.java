package io.tailrace.loadtests;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.loadtests.oracle.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes spans from a seed on its own thread until it is closed: traces of one to eight spans with
 * errors, long durations, marks, padding and late spans. Pauses while the broker is unavailable,
 * with few records in flight. Does not depend on the expected outcome.
 */
public final class SpanDriver implements AutoCloseable {
  private static final long TICK_MILLIS = 20;
  private static final int MOST_UNDER_WAY = 100;
  private static final int MOST_SPANS_PER_RECORD = 6;

  /** Well below how long a partition must be quiet to move on with the clock. */
  private static final Duration HELD_BACK = Duration.ofMillis(800);

  private record Due(long time, Span span) {}

  private final DriverOptions options;
  private final String topic;
  private final Random random;
  private final KafkaProducer<byte[], byte[]> producer;
  private final PriorityQueue<Due> planned =
      new PriorityQueue<>(Comparator.comparingLong(Due::time));
  private final Semaphore mayBeUnderWay = new Semaphore(MOST_UNDER_WAY);
  private final Set<Position> heldBack = ConcurrentHashMap.newKeySet();
  private final AtomicLong written = new AtomicLong();
  private final Thread thread = new Thread(this::write, "span-driver");
  private final long startedAt = System.currentTimeMillis();
  private long ticks;
  private double tracesOwed;
  private DoubleSupplier pace;
  private IntSupplier customers;
  private long mostBehindMillis = Long.MAX_VALUE;
  private volatile int partitions;
  private volatile boolean closed;

  public SpanDriver(String bootstrapServers, String topic, DriverOptions options, long seed) {
    this.options = options;
    this.topic = topic;
    this.random = new Random(seed);
    this.partitions = options.busyPartitions();
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    // The broker may be unavailable for minutes; records must not be dropped or sent twice.
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
    config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    pace = () -> options.tracesPerSecond() * TICK_MILLIS / 1000.0;
  }

  /**
   * Lets the traffic vary.
   *
   * @param tracesDue how many more traces are due since the last call
   * @param customer number of the customer of the next trace, an attribute of its spans
   * @param mostBehind spans that are overdue by more, such as after a pause of the broker, are not
   *     written at all
   */
  public SpanDriver varied(DoubleSupplier tracesDue, IntSupplier customer, Duration mostBehind) {
    pace = tracesDue;
    customers = customer;
    mostBehindMillis = mostBehind.toMillis();
    return this;
  }

  /** From now on, writes to so many partitions. */
  void spreadTo(int more) {
    partitions = more;
  }

  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Records that are on the log. */
  long written() {
    return written.get();
  }

  /** Records that took long from their stamp to the log. */
  public Set<Position> heldBack() {
    return heldBack;
  }

  /** Stops, and returns once all that was sent is on the log. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (options.speed() > 1) {
      writeTheEnd();
    }
    producer.flush();
    producer.close();
  }

  /** Stops at once, whatever is under way. */
  public void abandon() {
    closed = true;
    producer.close(Duration.ZERO);
  }

  private void write() {
    while (!closed) {
      ticks++;
      tracesOwed += pace.getAsDouble();
      for (; tracesOwed >= 1; tracesOwed--) {
        plan();
      }
      send();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
    }
  }

  /** The wall clock, or a clock that starts hours ago, runs faster, and pauses with the driver. */
  private long now() {
    return options.speed() == 1
        ? System.currentTimeMillis()
        : startedAt - Duration.ofHours(6).toMillis() + ticks * TICK_MILLIS * options.speed();
  }

  private void plan() {
    byte[] traceId = bytes(16);
    int spans = 1 + random.nextInt(8);
    boolean error = random.nextDouble() < 0.15;
    boolean slow = random.nextDouble() < 0.1;
    String tenant = random.nextDouble() < 0.1 ? "canary" : "none";
    boolean health = random.nextDouble() < 0.05;
    Optional<KeyValue> customer =
        Optional.ofNullable(customers)
            .map(number -> Otlp.string("customer", "customer " + number.getAsInt()));
    ByteString root = ByteString.copyFrom(bytes(8));
    for (int i = 0; i < spans; i++) {
      long start = startedAt * 1_000_000L + random.nextInt(300_000_000);
      Span.Builder span =
          Span.newBuilder()
              .setTraceId(ByteString.copyFrom(traceId))
              .setSpanId(i == 0 ? root : ByteString.copyFrom(bytes(8)))
              .setName("operation " + random.nextInt(20))
              .setStartTimeUnixNano(start)
              .setEndTimeUnixNano(start + random.nextInt(500_000_000))
              .addAttributes(Otlp.string("tenant", tenant))
              .addAttributes(Otlp.string("padding", "x".repeat(random.nextInt(400))));
      customer.ifPresent(span::addAttributes);
      if (i > 0) {
        span.setParentSpanId(root);
      }
      if (error && i == spans - 1) {
        span.setStatus(Status.newBuilder().setCodeValue(2).setMessage("failed"));
      }
      if (slow && i == spans / 2) {
        span.setEndTimeUnixNano(start + 3_000_000_000L);
      }
      if (health) {
        span.addAttributes(Otlp.string("url.path", "/health"));
      }
      long after = i == 0 ? 0 : (long) (random.nextDouble() * options.longestSpread());
      planned.add(new Due(now() + after, span.build()));
    }
    if (random.nextDouble() < options.lateShare()) {
      planLate(traceId, root);
    }
  }

  /** Long after the decision, and at times with what would have changed it. */
  private void planLate(byte[] traceId, ByteString root) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(ByteString.copyFrom(traceId))
            .setSpanId(ByteString.copyFrom(bytes(8)))
            .setParentSpanId(root)
            .setName("late");
    if (random.nextDouble() < 0.3) {
      span.setStatus(Status.newBuilder().setCodeValue(2));
    }
    long after = options.decisionWait() + 500 + random.nextInt(4_000);
    planned.add(new Due(now() + after, span.build()));
  }

  private void send() {
    Map<Integer, List<Span>> byPartition = new HashMap<>();
    while (!planned.isEmpty() && planned.peek().time <= now()) {
      Due due = planned.poll();
      if (now() - due.time > mostBehindMillis) {
        continue;
      }
      Span span = due.span;
      int partition =
          options.keyed()
              ? Math.floorMod(span.getTraceId().hashCode(), partitions)
              : random.nextInt(partitions);
      byPartition.computeIfAbsent(partition, p -> new ArrayList<>()).add(span);
    }
    byPartition.forEach(
        (partition, spans) -> {
          for (int from = 0; from < spans.size(); ) {
            int size = 1 + random.nextInt(MOST_SPANS_PER_RECORD);
            int to = Math.min(spans.size(), from + size);
            send(partition, stamp(), value(spans.subList(from, to)));
            from = to;
          }
        });
    if (random.nextDouble() < options.poisonShare() * byPartition.size()) {
      send(random.nextInt(partitions), stamp(), poison());
    }
  }

  private long stamp() {
    double which = random.nextDouble();
    if (which < options.dayBehindShare()) {
      return now() - Duration.ofDays(1).toMillis();
    }
    if (which < options.dayBehindShare() + options.hourAheadShare()) {
      return now() + Duration.ofMinutes(50).toMillis();
    }
    return now() - (long) (random.nextDouble() * options.disorderMillis());
  }

  private byte[] value(List<Span> spans) {
    TracesData.Builder record = TracesData.newBuilder();
    for (Span span : spans) {
      int service = random.nextInt(5);
      InstrumentationScope.Builder scope =
          InstrumentationScope.newBuilder().setName("scope " + service).setVersion("1." + service);
      record.addResourceSpans(
          Otlp.resource("service " + service)
              .setSchemaUrl("https://example.org/" + service)
              .addScopeSpans(ScopeSpans.newBuilder().setScope(scope).addSpans(span)));
    }
    return record.build().toByteArray();
  }

  private byte[] poison() {
    return switch (random.nextInt(3)) {
      case 0 -> null;
      case 1 -> "{\"not\": \"protobuf\"}".getBytes(StandardCharsets.UTF_8);
      default ->
          Otlp.request(
                  Span.newBuilder().setName("no trace id").build(),
                  Span.newBuilder()
                      .setTraceId(ByteString.copyFrom(bytes(16)))
                      .setSpanId(ByteString.copyFrom(bytes(8)))
                      .setStatus(Status.newBuilder().setCodeValue(2))
                      .setName("beside one without")
                      .build())
              .toByteArray();
    };
  }

  /** A span to each partition, stamped so late that all before it is due. */
  private void writeTheEnd() {
    for (int partition = 0; partition < partitions; partition++) {
      long trace = Long.MAX_VALUE - partition;
      Span span = Otlp.span(trace).toBuilder().setSpanId(ByteString.copyFrom(bytes(8))).build();
      send(partition, now() + 2 * options.decisionWait() + 10_000, value(List.of(span)));
    }
  }

  private void send(int partition, long time, byte[] value) {
    long stampedAt = System.nanoTime();
    mayBeUnderWay.acquireUninterruptibly();
    producer.send(
        new ProducerRecord<>(topic, partition, time, null, value),
        (metadata, failure) -> {
          mayBeUnderWay.release();
          if (failure != null) {
            return; // closed; the content of the log counts
          }
          written.incrementAndGet();
          if (System.nanoTime() - stampedAt > HELD_BACK.toNanos()) {
            heldBack.add(new Position(metadata.partition(), metadata.offset()));
          }
        });
  }

  private byte[] bytes(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    random.nextBytes(bytes.array());
    return bytes.array();
  }
}
