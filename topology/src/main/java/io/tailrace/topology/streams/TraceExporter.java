package io.tailrace.topology.streams;

import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.ConsistentSampling;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.kafka.RecordLimits;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.operations.TaskOperations;
import io.tailrace.topology.sampling.OpenTrace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Forwards kept traces to the export topic, whole and keyed by trace ID, with the verdict in the
 * headers.
 */
final class TraceExporter {
  private static final byte[] LONGEST_PART = text(Integer.MAX_VALUE + "/" + Integer.MAX_VALUE);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);

  private final ProcessorContext<byte[], byte[]> context;
  private final ExportRecords exportRecords;
  private final ExportStamps stamps;
  private final ExportEditor editor;
  private final DeadLetters deadLetters;
  private final SamplerMetrics metrics;
  private final RecordLimits.Limit limit;
  private final LinkedTraces links;
  private final TaskOperations operations;

  /** Where exported traces are counted. */
  record Counts(SamplerMetrics metrics, TaskOperations operations) {}

  /**
   * @param policies returns the policy set that applies now, which says how spans are exported
   */
  TraceExporter(
      ProcessorContext<byte[], byte[]> context,
      ExportFormat format,
      LinkedTraces links,
      DeadLetters deadLetters,
      Counts counts,
      Supplier<PolicySet> policies) {
    this.context = context;
    this.exportRecords = new ExportRecords(format.encoding(), format.maxRecordBytes());
    this.metrics = counts.metrics;
    this.operations = counts.operations;
    this.stamps = new ExportStamps(format, metrics::stamped);
    this.links = links;
    this.editor = new ExportEditor(policies, metrics);
    this.deadLetters = deadLetters;
    limit = RecordLimits.of(context).export();
  }

  void export(OpenTrace trace, List<byte[]> pieces, Verdict verdict) {
    forward(trace.high, trace.low, pieces, verdict, verdict.decidedAt(), false);
    metrics.exported(context.currentSystemTimeMs() - verdict.decidedAt());
  }

  /** Exports spans of a dropped trace that were read back from the log. */
  void exportAgain(TraceId id, List<byte[]> pieces, Verdict verdict) {
    forward(id.high(), id.low(), pieces, verdict, verdict.decidedAt(), false);
    operations.readBack(id, pieces, verdict);
  }

  void exportLate(long high, long low, byte[] piece, Verdict verdict, long logTime) {
    forward(high, low, List.of(piece), verdict, logTime, true);
  }

  private void forward(
      long high, long low, List<byte[]> pieces, Verdict verdict, long time, boolean late) {
    TraceId id = new TraceId(high, low);
    byte[] key = id.toKey();
    long timestamp = Math.max(0, time);
    stamps.of(verdict, low);
    List<byte[]> records = records(id, pieces, new Target(key, timestamp, marks(verdict, late)));
    editor.refusals().forEach(reason -> deadLetters.sendUnredactable(key, reason, timestamp));
    for (int i = 0; i < records.size(); i++) {
      Headers headers = headers(verdict);
      if (late) {
        headers.add(HeaderNames.LATE, TRUE);
      }
      if (records.size() > 1) {
        headers.add(HeaderNames.PART, text((i + 1) + "/" + records.size()));
      }
      byte[] value = records.get(i);
      context.forward(new Record<>(key, value, timestamp, headers), NodeNames.EXPORT);
      metrics.exportedBytes(value.length);
    }
    links.follow(id, pieces, verdict, time);
  }

  private List<byte[]> records(TraceId id, List<byte[]> pieces, Target target) {
    try {
      List<byte[]> left = editor.begin(pieces, target.timestamp);
      return exportRecords.of(left, stamps, editor, target);
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("buffered spans of " + id + " cannot be read", e);
    }
  }

  /** Returns all headers that a record of the trace can have. */
  private static Headers marks(Verdict verdict, boolean late) {
    Headers marks = headers(verdict).add(HeaderNames.PART, LONGEST_PART);
    return late ? marks.add(HeaderNames.LATE, TRUE) : marks;
  }

  /** Returns the export topic for a trace. */
  private final class Target implements ExportRecords.Target {
    private final byte[] key;
    private final long timestamp;
    private final Headers marks;

    Target(byte[] key, long timestamp, Headers marks) {
      this.key = key;
      this.timestamp = timestamp;
      this.marks = marks;
    }

    @Override
    public long maxBytes() {
      return limit.bytesBeside(record(null));
    }

    @Override
    public Optional<String> refusal(byte[] value) {
      return limit.takes(record(value))
          ? Optional.empty()
          : Optional.of(
              "%d bytes as a record (expected: at most %d, max.message.bytes of %s)"
                  .formatted(limit.sizeOf(record(value)), limit.bytes(), limit.topic()));
    }

    @Override
    public void setAside(byte[] span, String reason) {
      deadLetters.sendUnwritable(key, span, reason, timestamp);
    }

    private Record<byte[], byte[]> record(byte @Nullable [] value) {
      return new Record<>(key, value, timestamp, marks);
    }
  }

  private static Headers headers(Verdict verdict) {
    Headers headers =
        new RecordHeaders()
            .add(HeaderNames.POLICY, text(verdict.policy()))
            .add(HeaderNames.POLICY_VERSION, text(Long.toString(verdict.policyVersion())))
            .add(HeaderNames.DECIDED_AT, text(Long.toString(verdict.decidedAt())));
    if (verdict.weight().isKnown()) {
      String threshold = ConsistentSampling.thresholdText(verdict.weight().threshold());
      headers.add(HeaderNames.THRESHOLD, text(threshold));
    }
    return headers;
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
