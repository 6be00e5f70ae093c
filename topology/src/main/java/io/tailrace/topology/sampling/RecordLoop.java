package io.tailrace.topology.sampling;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.kafka.Watermarks;
import org.apache.kafka.common.header.Headers;

/**
 * Reads the records of one partition in the order of their offsets. A record advances log time
 * before its spans are processed. Shared by the sampler, its restore and simulations. Not
 * thread-safe.
 */
public final class RecordLoop {
  private final Watermarks watermarks;
  private final OpenTraces traces;
  private final LogClock clock;

  /** Receives the results for a record. */
  public interface Step {
    /**
     * Log time may have advanced.
     *
     * @param position first offset whose spans have not been processed
     */
    void timePassed(long position);

    /**
     * The spans of the record were scanned.
     *
     * @param recordTime original record time, Unix milliseconds
     * @param logTime result of {@link LogClock#observe}
     */
    void spans(RecordScan scan, long recordTime, long logTime, long offset);
  }

  /** Content of a record. */
  public enum Content {
    WATERMARK,
    NO_VALUE,
    SPANS
  }

  /**
   * @param watermarks watermarks of the ingest partitions; empty in keyed mode
   */
  public RecordLoop(Watermarks watermarks, OpenTraces traces) {
    this.watermarks = watermarks;
    this.traces = traces;
    this.clock = traces.clock();
  }

  /**
   * Processes the next record.
   *
   * @param value null if it has none
   * @param time record time, Unix milliseconds
   * @throws MalformedOtlpException if the value is not OTLP; log time advances nevertheless
   */
  public Content take(Headers headers, byte[] value, long time, long offset, Step step)
      throws MalformedOtlpException {
    Watermark watermark = watermarks.in(headers);
    if (watermark != null) {
      watermarks.observe(watermark);
      clock.advance(watermarks.all());
      step.timePassed(offset + 1);
      return Content.WATERMARK;
    }
    long logTime = clock.observe(time);
    step.timePassed(offset);
    if (value == null) {
      return Content.NO_VALUE;
    }
    RecordScan scan = traces.scan();
    scan.scan(value);
    step.spans(scan, time, logTime, offset);
    return Content.SPANS;
  }
}
