package io.tailrace.loadtests.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.List;

/** Traces of the benchmarks, with 12 spans of 4 services each, as records. */
public final class BenchRecords {
  /** Spans per trace. */
  public static final int SPANS_PER_TRACE = 12;

  /** Spans per mixed record: one service, three spans of each of 67 traces. */
  public static final int SPANS_PER_BATCH = 201;

  private static final int SPANS_PER_SERVICE = 3;

  private BenchRecords() {}

  /** Creates keyed records: one per trace and service. */
  public static List<List<byte[]>> keyed(int traces) {
    List<List<byte[]>> keyed = new ArrayList<>();
    for (byte[] trace : BenchTraces.records(traces)) {
      List<byte[]> records = new ArrayList<>();
      for (ResourceSpans service : parse(trace).getResourceSpansList()) {
        records.add(TracesData.newBuilder().addResourceSpans(service).build().toByteArray());
      }
      keyed.add(records);
    }
    return keyed;
  }

  /** Creates batches like those of SDKs: one service, spans of 67 traces. */
  public static List<byte[]> mixed() {
    List<TracesData> traces =
        BenchTraces.records(SPANS_PER_BATCH / SPANS_PER_SERVICE).stream()
            .map(BenchRecords::parse)
            .toList();
    List<byte[]> batches = new ArrayList<>();
    for (int service = 0; service < traces.get(0).getResourceSpansCount(); service++) {
      ResourceSpans.Builder batch = traces.get(0).getResourceSpans(service).toBuilder();
      for (TracesData trace : traces.subList(1, traces.size())) {
        batch
            .getScopeSpansBuilder(0)
            .addAllSpans(trace.getResourceSpans(service).getScopeSpans(0).getSpansList());
      }
      batches.add(TracesData.newBuilder().addResourceSpans(batch).build().toByteArray());
    }
    return batches;
  }

  private static TracesData parse(byte[] record) {
    try {
      return TracesData.parseFrom(record);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("our own record", e);
    }
  }
}
