package io.tailrace.loadtests.shop;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the traces of a simulated shop to a topic at a steady rate on its own thread, and records
 * what it sent. Start and close it once; the topic must exist. Thread-safe.
 *
 * <p>Without a broker, the producer retries (120 s by default) and the traffic waits.
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
   * Connects to the brokers. Sends nothing before {@link #start()}.
   *
   * @throws org.apache.kafka.common.KafkaException if the producer properties are invalid
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
    thread.setDaemon(true); // the traffic must not block the exit of a failed demo
  }

  /** Starts sending. */
  public void start() {
    thread.start();
  }

  /** Returns current counts at low cost. Traces in progress are counted partly. */
  public TrafficTotals totals() {
    return ledger.totals();
  }

  /** Returns a copy of the current report. Exact after {@link #close()}. */
  public TrafficReport report() {
    return ledger.report();
  }

  /**
   * Stops, sends the remaining spans, and waits until the broker has acknowledged or rejected all
   * of them.
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
