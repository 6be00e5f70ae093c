package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.fleet.PolicyFile;
import io.tailrace.topology.recorded.RecordedSpans;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Judges recordings by one set, or by two at once, and sums up the results, as an instance with a
 * topic of one partition. Reports unreadable records and skips them. Not thread-safe.
 */
public final class SimulationRun implements AutoCloseable {
  private static final String TOPIC = "recordings";
  private static final int FAULTS_SHOWN = 10;

  private final PrintWriter err;
  private final SimulatedSides sides;
  private final RecordedTimes times = new RecordedTimes(this::take);
  private long nextOffset;
  private long unreadable;
  private long skipped;
  private long from;

  /**
   * @param other set to compare with; null if there is none
   * @param decisionWait wait of sets without their own
   * @param decisions receives a line per decision of the first set; closed with this object
   * @param err receives faults of the input
   */
  public SimulationRun(
      PolicyFile policies,
      @Nullable PolicyFile other,
      Duration decisionWait,
      OutputStream decisions,
      PrintWriter err)
      throws IOException {
    this.err = err;
    this.sides =
        new SimulatedSides(
            SimulatedPolicies.ofAFile(policies, decisionWait),
            other == null ? null : SimulatedPolicies.ofAFile(other, decisionWait),
            decisions);
    sides.begin(set -> SimulatedTask.ofRecording(set.waits()), UnaryOperator.identity());
  }

  /** Judges all records of an input. */
  public void read(RecordedSpans recorded, SimulationProgress progress) throws IOException {
    recorded.read(
        new RecordedSpans.Sink() {
          @Override
          public void record(byte[] tracesData) throws MalformedOtlpException {
            times.take(tracesData);
            progress.tick(sides.spans());
          }

          @Override
          public void fault(String where, String message) {
            unreadable(where, message);
          }
        });
    skipped += recorded.skipped();
  }

  private void unreadable(String where, String message) {
    if (++unreadable <= FAULTS_SHOWN) {
      err.println(where + ": " + message);
    } else if (unreadable == FAULTS_SHOWN + 1) {
      err.println("further faults are only counted");
    }
  }

  private void take(byte[] tracesData, long time) {
    sides.take(record(tracesData, time, nextOffset));
    if (nextOffset++ == 0) {
      from = sides.now();
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] value, long time, long offset) {
    return new ConsumerRecord<>(
        TOPIC,
        0,
        offset,
        time,
        TimestampType.CREATE_TIME,
        ConsumerRecord.NULL_SIZE,
        value.length,
        null,
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  /** Decides all open traces. Returns empty if there was no span. */
  public Optional<SimulationReport> finish() {
    times.finish();
    sides.finish();
    long to = nextOffset == 0 ? from : sides.now();
    SimulationReport.Input input =
        new SimulationReport.Input(
            sides.records(),
            unreadable + sides.unreadable(),
            skipped,
            sides.invalidSpans(),
            times.spansAhead(),
            0,
            Instant.ofEpochMilli(from),
            Instant.ofEpochMilli(to));
    return sides.spans() == 0
        ? Optional.empty()
        : Optional.of(sides.report(input, Duration.ofMillis(to - from)));
  }

  @Override
  public void close() throws IOException {
    sides.close();
  }
}
