package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.SplitAndJoinTest.Placed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Any bytes at all as a record. The generated classes are the judge of those that they can read.
 */
class OtlpJazzerTest {
  private final SpanScan scan = new SpanScan();
  private final SpanReaderTest reading = new SpanReaderTest();

  @FuzzTest(maxDuration = "3m")
  void areReadOrRefused(byte[] record) throws Exception {
    boolean scanned = scans(record, null);
    assertThat(scans(record, new Curious())).as("the same, whoever listens").isEqualTo(scanned);
    if (!SpanReaderTest.parses(record)) {
      reading.readAllThatCanBe(record);
    } else {
      reading.tellsTheSame(record);
    }
    if (scanned) {
      isSplitAndJoined(record);
    }
  }

  private void isSplitAndJoined(byte[] record) throws Exception {
    Map<String, TraceJoin> joins = new HashMap<>();
    SplitAndJoinTest.split(record, joins);
    scan.scan(record, null);
    if (scan.firstInvalidSpan() >= 0) {
      TracePieces pieces = new TracePieces();
      pieces.of(scan);
      SplitAndJoinTest.split(pieces.invalidSpans(), joins);
    }
    List<byte[]> joined = new ArrayList<>();
    joins.values().forEach(join -> joined.addAll(join.records(Integer.MAX_VALUE)));
    if (SpanReaderTest.parses(record)) {
      List<Placed> came = new ArrayList<>();
      for (byte[] trace : joined) {
        came.addAll(SplitAndJoinTest.placed(TracesData.parseFrom(trace)));
      }
      List<Placed> went = SplitAndJoinTest.placed(TracesData.parseFrom(record));
      went.removeIf(placed -> isInvalid(placed.span().getTraceId().toByteArray()));
      assertThat(came).containsExactlyInAnyOrderElementsOf(went);
    }
  }

  private static boolean isInvalid(byte[] traceId) {
    byte any = 0;
    for (byte b : traceId) {
      any |= b;
    }
    return traceId.length != TraceId.BYTES || any == 0;
  }

  private boolean scans(byte[] record, SpanListener listener) {
    try {
      scan.scan(record, listener);
      return true;
    } catch (MalformedOtlpException refused) {
      assertThat(refused).hasMessageContaining("TracesData");
      return false;
    }
  }

  /** Wants to know everything. */
  private static final class Curious implements SpanListener {
    @Override
    public boolean wantsAttributes() {
      return true;
    }

    @Override
    public boolean wantsScopes() {
      return true;
    }

    @Override
    public int attributeKey(byte[] buffer, int offset, int length) {
      return 0;
    }

    @Override
    public boolean resourceStart(int resource, byte[] buffer, int offset, int length) {
      assertThat(offset + length).isLessThanOrEqualTo(buffer.length);
      return true;
    }

    @Override
    public void resourceEnd(int resource) {}

    @Override
    public void resourceAttribute(int resource, int key, AttributeCursor value) {
      look(value);
    }

    @Override
    public boolean scopeStart(int scope, byte[] buffer, int offset, int length) {
      assertThat(offset + length).isLessThanOrEqualTo(buffer.length);
      return true;
    }

    @Override
    public void scopeEnd(int scope) {}

    @Override
    public void scopeAttribute(int scope, int key, AttributeCursor value) {
      look(value);
    }

    @Override
    public void spanAttribute(int span, int key, AttributeCursor value) {
      look(value);
    }

    @Override
    public void traceState(int span, byte[] buffer, int offset, int length) {
      assertThat(offset + length).isLessThanOrEqualTo(buffer.length);
    }

    @Override
    public void flags(int span, int flags) {}

    private static void look(AttributeCursor value) {
      switch (value.type()) {
        case STRING -> assertThat(value.string()).isNotNull();
        case BOOL -> value.bool();
        case INT -> value.integer();
        case DOUBLE -> value.real();
        case OTHER -> {}
      }
      try {
        value.value();
      } catch (MalformedOtlpException expected) {
        assertThat(expected).hasMessageContaining("TracesData");
      }
    }
  }
}
