package io.tailrace.loadtests.bench.flow;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A topic with spans to be read.
 *
 * @param name its name
 * @param spans how many
 * @param records in how many records
 * @param traces of how many traces
 * @param bytes of the records' values
 * @param bytesOnDisk as the broker keeps them, compressed
 */
record FilledTopic(
    String name, long spans, long records, long traces, long bytes, long bytesOnDisk) {
  private static final Duration AGE = Duration.ofHours(24);
  private static final Duration PARTS_WITHIN = Duration.ofSeconds(1);
  private static final long SEED = 7;

  /**
   * Fills a new topic.
   *
   * @param tracesPerSecond by record time
   */
  static FilledTopic fill(
      Cluster cluster,
      String name,
      int partitions,
      TraceTemplates templates,
      boolean keyed,
      long spans,
      double tracesPerSecond)
      throws InterruptedException {
    cluster.create(name, partitions);
    long start = System.currentTimeMillis() - AGE.toMillis();
    long traces = 0;
    Ingest ingest = new Ingest(cluster.bootstrapServers(), name);
    try (ingest) {
      SpanStream stream = new SpanStream(templates, keyed, spread(tracesPerSecond), SEED, ingest);
      while (ingest.spans() < spans) {
        long now = start + (long) (traces / tracesPerSecond * TimeUnit.SECONDS.toMillis(1));
        ingest.at(now);
        stream.nextTrace(now);
        traces++;
      }
      stream.finish();
    }
    return new FilledTopic(
        name,
        ingest.spans(),
        ingest.records(),
        traces,
        ingest.bytes(),
        cluster.bytes(name::equals));
  }

  /** Among how many traces the parts of one are spread. */
  static int spread(double tracesPerSecond) {
    return (int) Math.max(1, tracesPerSecond * PARTS_WITHIN.toMillis() / 1e3);
  }

  double bytesPerSpan() {
    return (double) bytes / spans;
  }
}
