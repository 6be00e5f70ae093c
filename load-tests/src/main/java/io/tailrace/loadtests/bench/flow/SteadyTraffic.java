package io.tailrace.loadtests.bench.flow;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A thread that writes spans at a steady rate and catches up after delays. */
public final class SteadyTraffic implements AutoCloseable {
  private static final long PACE_MILLIS = 5;
  private static final long BATCH_NANOS =
      TimeUnit.MILLISECONDS.toNanos(200); // batch timeout of a Collector
  private static final long SEED = 11;

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Ingest ingest;
  private final Thread thread;
  private volatile long sent;

  /**
   * Starts.
   *
   * @param watch observes the traces on the thread of the traffic
   */
  public SteadyTraffic(
      String bootstrapServers,
      String topic,
      TraceTemplates templates,
      boolean keyed,
      double spansPerSecond,
      SpanStream.Watch watch) {
    ingest = new Ingest(bootstrapServers, topic);
    int spread = FilledTopic.spread(spansPerSecond / templates.spansPerTrace());
    SpanStream stream = new SpanStream(templates, keyed, spread, SEED, ingest, watch);
    thread = new Thread(() -> produce(stream, spansPerSecond), "steady-traffic");
    thread.start();
  }

  /** Returns the number of spans written so far. */
  public long sent() {
    return sent;
  }

  private void produce(SpanStream stream, double spansPerSecond) {
    long begin = System.nanoTime();
    long sentBatchesAt = begin;
    while (!stopped.get()) {
      long wanted = (long) ((System.nanoTime() - begin) / 1e9 * spansPerSecond);
      while (ingest.spans() < wanted && !stopped.get()) {
        long now = System.currentTimeMillis();
        ingest.at(now);
        stream.nextTrace(now);
        sent = ingest.spans();
      }
      if (System.nanoTime() - sentBatchesAt > BATCH_NANOS) {
        sentBatchesAt = System.nanoTime();
        ingest.at(System.currentTimeMillis());
        stream.sendBatches();
      }
      try {
        Thread.sleep(PACE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
    ingest.at(System.currentTimeMillis());
    stream.finish(); // so that all traces are complete
  }

  @Override
  public void close() {
    stopped.set(true);
    Workers.join(thread);
    ingest.close();
  }
}
