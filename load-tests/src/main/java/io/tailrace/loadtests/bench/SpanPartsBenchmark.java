package io.tailrace.loadtests.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.policies.Decision;
import io.tailrace.policies.Judge;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.export.Redaction;
import io.tailrace.serdes.ConsistentSampling;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.PartEditor;
import io.tailrace.serdes.ScopeStamp;
import io.tailrace.serdes.SpanRewriter;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.SpanStamp;
import io.tailrace.serdes.TraceJoin;
import io.tailrace.serdes.TracePieces;
import io.tailrace.serdes.TraceStateReader;
import io.tailrace.serdes.Weight;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.SignalLayout;
import io.tailrace.topology.wire.RedactionRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Cost of processing steps per span, compared with the generated protobuf classes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SpanPartsBenchmark {
  private static final int TRACES = 256; // about 1.5 MB: more than the inner caches
  private static final int STATUS_ERROR = 2;
  private static final String POLICIES =
      """
      policies:
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - {name: slow, type: latency, latency: {threshold_ms: 1000}}
        - {name: acme, type: string_attribute, string_attribute: {key: tenant, values: [acme]}}
      """;

  private static final String REDACTION =
      """
      redaction:
        allow_all_keys: true
        blocked_key_patterns: ["(?i)password|token|authorization"]
        blocked_values: ["4[0-9]{12}(?:[0-9]{3})?", "(5[1-5][0-9]{14})"]
      """;

  private final SpanScan spans = new SpanScan();
  private final TracePieces pieces = new TracePieces();
  private static final Weight TENTH = new Weight(0xe6666666666666L, TraceStateReader.NONE);

  private final TraceJoin join = new TraceJoin();
  private final SpanStamp stamp = new SpanStamp("", result -> {});
  private final ScopeStamp scopes = new ScopeStamp();
  private final Redaction redaction =
      PolicySet.parse(POLICIES + REDACTION).get().exportRules().redactions().get(0);
  private final PartEditor redactor = new Redactor(redaction);
  private List<byte[]> mixed;
  private List<List<byte[]>> keyed;
  private RecordScan scan;
  private Judge judge;
  private OpenTrace[] gathered;
  private Naive[] parsed;
  private int turn;

  @Setup
  public void prepare() throws MalformedOtlpException, InvalidProtocolBufferException {
    mixed = BenchRecords.mixed();
    keyed = BenchRecords.keyed(TRACES);
    PolicySet policies = PolicySet.parse(POLICIES).get();
    scan = new RecordScan(new SignalLayout(0, policies.signals()));
    judge = policies.newJudge(1, null);
    gathered = new OpenTrace[TRACES];
    parsed = new Naive[TRACES];
    for (int i = 0; i < TRACES; i++) {
      gathered[i] = gather(keyed.get(i));
      parsed[i] = parse(keyed.get(i));
    }
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_BATCH)
  public void split(Blackhole sink) throws MalformedOtlpException {
    spans.scan(mixed.get(next() % mixed.size()), null);
    pieces.of(spans);
    for (int trace = 0; trace < spans.traceCount(); trace++) {
      sink.consume(pieces.piece(trace));
    }
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_BATCH)
  public void splitGenerated(Blackhole sink) throws InvalidProtocolBufferException {
    Map<ByteString, TracesData.Builder> byTrace = new LinkedHashMap<>();
    for (ResourceSpans resource :
        TracesData.parseFrom(mixed.get(next() % mixed.size())).getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          byTrace
              .computeIfAbsent(
                  span.getTraceId(),
                  id ->
                      TracesData.newBuilder()
                          .addResourceSpans(
                              ResourceSpans.newBuilder()
                                  .setResource(resource.getResource())
                                  .addScopeSpans(
                                      ScopeSpans.newBuilder().setScope(scope.getScope()))))
              .getResourceSpansBuilder(0)
              .getScopeSpansBuilder(0)
              .addSpans(span);
        }
      }
    }
    byTrace.values().forEach(trace -> sink.consume(trace.build().toByteArray()));
  }

  /** Measures the summary of a trace on arrival of its records. */
  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public OpenTrace summary() throws MalformedOtlpException {
    return gather(keyed.get(next()));
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public Naive summaryGenerated() throws InvalidProtocolBufferException {
    return parse(keyed.get(next()));
  }

  /** Measures split and summary, the work of an unkeyed instance. */
  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_BATCH)
  public void splitAndSummary(Blackhole sink) throws MalformedOtlpException {
    spans.scan(mixed.get(next() % mixed.size()), null);
    pieces.of(spans);
    for (int trace = 0; trace < spans.traceCount(); trace++) {
      sink.consume(gather(List.of(pieces.piece(trace))));
    }
  }

  /** Measures parsing alone, without split or summary. */
  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_BATCH)
  public TracesData parseGenerated() throws InvalidProtocolBufferException {
    return TracesData.parseFrom(mixed.get(next() % mixed.size()));
  }

  /** Measures the verdict of a trace, reported per span. */
  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public Decision verdict() {
    return judge.decide(gathered[next()], 0);
  }

  /** Measures a verdict on all parsed spans. */
  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public boolean verdictGenerated() {
    return parsed[next()].look().isKept();
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public List<byte[]> join() throws MalformedOtlpException {
    join.clear();
    for (byte[] record : keyed.get(next())) {
      join.add(record);
    }
    return join.records(1 << 20);
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public byte[] joinGenerated() throws InvalidProtocolBufferException {
    TracesData.Builder whole = TracesData.newBuilder();
    for (byte[] record : keyed.get(next())) {
      whole.addAllResourceSpans(TracesData.parseFrom(record).getResourceSpansList());
    }
    return whole.build().toByteArray();
  }

  /** Measures join and the sampling threshold in each span, the work of the export. */
  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public List<byte[]> joinAndStamp() throws MalformedOtlpException {
    join.clear();
    stamp.of(TENTH, -1);
    for (byte[] record : keyed.get(next())) {
      join.add(record, stamp, scopes, PartEditor.NONE);
    }
    return join.records(1 << 20);
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public byte[] joinAndStampGenerated() throws InvalidProtocolBufferException {
    TracesData.Builder whole = TracesData.newBuilder();
    for (byte[] record : keyed.get(next())) {
      whole.addAllResourceSpans(TracesData.parseFrom(record).getResourceSpansList());
    }
    String threshold = "ot=th:" + ConsistentSampling.thresholdText(TENTH.threshold());
    whole
        .getResourceSpansBuilderList()
        .forEach(
            resource ->
                resource
                    .getScopeSpansBuilderList()
                    .forEach(
                        scope ->
                            scope
                                .getSpansBuilderList()
                                .forEach(span -> span.setTraceState(threshold))));
    return whole.build().toByteArray();
  }

  /** Measures join and redaction of spans with nothing to redact. */
  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public List<byte[]> joinAndRedact() throws MalformedOtlpException {
    join.clear();
    stamp.of(Weight.NONE, -1);
    for (byte[] record : keyed.get(next())) {
      join.add(record, stamp, scopes, redactor);
    }
    return join.records(1 << 20);
  }

  @Benchmark
  @OperationsPerInvocation(BenchRecords.SPANS_PER_TRACE)
  public byte[] joinAndRedactGenerated() throws InvalidProtocolBufferException {
    TracesData.Builder whole = TracesData.newBuilder();
    for (byte[] record : keyed.get(next())) {
      whole.addAllResourceSpans(TracesData.parseFrom(record).getResourceSpansList());
    }
    whole.getResourceSpansBuilderList().stream()
        .flatMap(resource -> resource.getScopeSpansBuilderList().stream())
        .flatMap(scope -> scope.getSpansBuilderList().stream())
        .flatMap(span -> span.getAttributesBuilderList().stream())
        .forEach(this::redact);
    return whole.build().toByteArray();
  }

  private void redact(KeyValue.Builder attribute) {
    String text = attribute.getValue().getStringValue();
    String masked = redaction.masked(redaction.of(attribute.getKey()), text);
    if (!masked.equals(text)) {
      attribute.getValueBuilder().setStringValue(masked);
    }
  }

  private OpenTrace gather(List<byte[]> records) throws MalformedOtlpException {
    OpenTrace trace = null;
    for (byte[] record : records) {
      scan.scan(record);
      if (trace == null) {
        trace = new OpenTrace(scan.spans.traceHigh(0), scan.spans.traceLow(0), 0, 0);
      }
      scan.count(0, trace);
      scan.raise(0, trace);
    }
    return trace;
  }

  private static Naive parse(List<byte[]> records) throws InvalidProtocolBufferException {
    Naive trace = new Naive();
    for (byte[] record : records) {
      trace.parsed.add(TracesData.parseFrom(record));
    }
    return trace.look();
  }

  private int next() {
    turn = (turn + 1) % TRACES;
    return turn;
  }

  /** Redacts all parts of a trace. */
  private static final class Redactor implements PartEditor {
    private final SpanRewriter rewriter;

    Redactor(Redaction redaction) {
      rewriter = new SpanRewriter(new RedactionRules(redaction));
    }

    @Override
    public byte[] resource(byte[] fields) throws MalformedOtlpException {
      return rewriter.resource(fields);
    }

    @Override
    public byte[] scope(byte[] fields) throws MalformedOtlpException {
      return rewriter.scope(fields);
    }

    @Override
    public byte @Nullable [] span(byte[] source, int from, int to) throws MalformedOtlpException {
      return rewriter.span(source, from, to);
    }

    @Override
    public void edited() {}

    @Override
    public void refused(MalformedOtlpException reason) {
      throw new IllegalStateException(reason);
    }
  }

  /** The same facts from generated objects. */
  public static final class Naive {
    private final List<TracesData> parsed = new ArrayList<>();
    private long start = Long.MAX_VALUE;
    private long end;
    private boolean error;
    private boolean wantedTenant;

    private Naive look() {
      for (TracesData record : parsed) {
        for (ResourceSpans resource : record.getResourceSpansList()) {
          for (ScopeSpans scope : resource.getScopeSpansList()) {
            scope.getSpansList().forEach(this::look);
          }
        }
      }
      return this;
    }

    private void look(Span span) {
      start = Math.min(start, span.getStartTimeUnixNano());
      end = Math.max(end, span.getEndTimeUnixNano());
      error |= span.getStatus().getCodeValue() == STATUS_ERROR;
      for (KeyValue attribute : span.getAttributesList()) {
        wantedTenant |=
            attribute.getKey().equals("tenant")
                && attribute.getValue().getStringValue().equals("acme");
      }
    }

    private boolean isKept() {
      return error || end - start > TimeUnit.SECONDS.toNanos(1) || wantedTenant;
    }
  }
}
