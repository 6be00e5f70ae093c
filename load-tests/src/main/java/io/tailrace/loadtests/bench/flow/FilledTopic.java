package io.tailrace.loadtests.bench.flow;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A topic with spans to read.
 *
 * @param name name
 * @param spans number of spans
 * @param records number of records
 * @param traces number of traces
 * @param bytes bytes of the record values
 * @param bytesOnDisk compressed bytes on the broker
 * @param end time of the last record, Unix milliseconds
 */
public record FilledTopic(
    String name, long spans, long records, long traces, long bytes, long bytesOnDisk, long end) {
  private static final Duration AGE = Duration.ofHours(24);
  private static final Duration PARTS_WITHIN = Duration.ofSeconds(1);
  private static final long SEED = 7;

  /**
   * Fills a new topic.
   *
   * @param tracesPerSecond traces per second of record time
   * @param watch observes all traces
   */
  public static FilledTopic fill(
      Cluster cluster,
      String name,
      int partitions,
      TraceTemplates templates,
      boolean keyed,
      long spans,
      double tracesPerSecond,
      SpanStream.Watch watch)
      throws InterruptedException {
    cluster.create(name, partitions);
    long start = System.currentTimeMillis() - AGE.toMillis();
    long traces = 0;
    Ingest ingest = new Ingest(cluster.bootstrapServers(), name);
    try (ingest) {
      SpanStream stream =
          new SpanStream(templates, keyed, spread(tracesPerSecond), SEED, ingest, watch);
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
        cluster.bytes(name::equals),
        ingest.time());
  }

  /** Returns the number of traces among which the parts of one are spread. */
  static int spread(double tracesPerSecond) {
    return (int) Math.max(1, tracesPerSecond * PARTS_WITHIN.toMillis() / 1e3);
  }

  double bytesPerSpan() {
    return (double) bytes / spans;
  }

  /** Describes the content in one line. */
  public String text() {
    return "%s: %,d spans, %,d traces, %,d records; %.0f bytes a span, %.0f compressed"
        .formatted(name, spans, traces, records, bytesPerSpan(), (double) bytesOnDisk / spans);
  }
}
