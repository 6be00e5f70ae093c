package io.tailrace.topology.sampling;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.kafka.Watermarks;
import org.apache.kafka.common.header.Headers;

/**
 * Takes the records of one partition in the order of their offsets: a record moves log time on,
 * then its spans follow. The sampler, its restore and simulations read by it. Not thread-safe.
 */
public final class RecordLoop {
  private final Watermarks watermarks;
  private final OpenTraces traces;
  private final LogClock clock;

  /** What becomes of a record. */
  public interface Step {
    /**
     * Log time may have moved on.
     *
     * @param position the first offset whose spans have not been taken in
     */
    void timePassed(long position);

    /**
     * The record's spans were scanned.
     *
     * @param recordTime as the record has it, Unix milliseconds
     * @param logTime what {@link LogClock#observe} made of it
     */
    void spans(RecordScan scan, long recordTime, long logTime, long offset);
  }

  /** What a record has. */
  public enum Content {
    WATERMARK,
    NO_VALUE,
    SPANS
  }

  /**
   * @param watermarks of the ingest partitions; those of keyed mode, if there are none
   */
  public RecordLoop(Watermarks watermarks, OpenTraces traces) {
    this.watermarks = watermarks;
    this.traces = traces;
    this.clock = traces.clock();
  }

  /**
   * Takes the next record.
   *
   * @param value null if it has none
   * @param time of the record, Unix milliseconds
   * @throws MalformedOtlpException if the value is not OTLP; log time has passed all the same
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
