package io.tailrace.loadtests.shop;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the traces of a simulated shop to a topic at a steady rate, on a thread of its own, and
 * knows what it sent. Started once and closed once; the topic must exist. Thread-safe.
 *
 * <p>While the broker is away the producer retries (120 s by default) and the traffic waits.
 */
public final class ShopTraffic implements AutoCloseable {
  private static final long NAP_NANOS = 1_000_000;

  private final TrafficOptions options;
  private final TruthLedger ledger;
  private final Producer<byte[], byte[]> producer;
  private final KafkaSpanExporter exporter;
  private final Thread thread;
  private volatile boolean closing;
  private volatile RuntimeException failure;

  /**
   * Connects to the brokers; sends nothing before {@link #start()}.
   *
   * @throws org.apache.kafka.common.KafkaException if the producer's properties do not hold
   */
  public ShopTraffic(String bootstrapServers, String topic, TrafficOptions options) {
    this.options = options;
    ledger = new TruthLedger(options.ledgerTraces());
    Map<String, Object> properties = new HashMap<>(options.producerProperties());
    properties.put("bootstrap.servers", bootstrapServers);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    exporter = new KafkaSpanExporter(producer, topic, options.keyed(), ledger);
    thread = new Thread(this::run, "shop-traffic");
    thread.setDaemon(true); // a demo that ends in an exception must not hang on its traffic
  }

  /** Begins to send. */
  public void start() {
    thread.start();
  }

  /** Counts up to now: cheap, for a display. Traces on their way are counted in part. */
  public TrafficTotals totals() {
    return ledger.totals();
  }

  /** Everything known up to now, copied. Exact once the traffic is closed. */
  public TrafficReport report() {
    return ledger.report();
  }

  /**
   * Stops, sends what the services still hold and waits until the broker has acknowledged or
   * refused all of it.
   *
   * @throws IllegalStateException if the traffic had stopped because of an error
   */
  @Override
  public void close() {
    closing = true;
    joinUninterruptibly();
    producer.close();
    if (failure != null) {
      throw new IllegalStateException("traffic stopped early", failure);
    }
  }

  private void run() {
    long nowNanos = System.nanoTime();
    SteadyPace pace = new SteadyPace(options.spansPerSecond(), nowNanos);
    try (Shop shop =
        new Shop(
            options.seed(), options.errorShare(), InstantSource.system(), nowNanos, exporter)) {
      while (!closing) {
        nowNanos = System.nanoTime();
        shop.exportWhatIsDue(nowNanos);
        if (pace.isAhead(nowNanos)) {
          LockSupport.parkNanos(NAP_NANOS);
        } else {
          pace.sent(shop.serve(), nowNanos);
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void joinUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
