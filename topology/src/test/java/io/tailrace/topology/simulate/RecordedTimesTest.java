package io.tailrace.topology.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.sampling.Otlp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecordedTimesTest {
  private static final long START = 1_800_000_000_000L;
  private static final long HOUR = 3_600_000;
  private static final long FIFTY_YEARS = 50 * 8_766 * HOUR;

  private final List<Long> times = new ArrayList<>();
  private final RecordedTimes recorded =
      new RecordedTimes((tracesData, time) -> times.add(time - START));

  private static byte[] endingAt(long... millis) {
    Span[] spans =
        LongStream.of(millis)
            .mapToObj(
                end ->
                    Otlp.span(1).toBuilder().setEndTimeUnixNano((START + end) * 1_000_000).build())
            .toArray(Span[]::new);
    return Otlp.request(spans).toByteArray();
  }

  private void take(long... millis) throws MalformedOtlpException {
    recorded.take(endingAt(millis));
  }

  @Test
  void timeIsTheLatestEnd() throws MalformedOtlpException {
    take(7_000, 9_000, 8_000);
    take(4_000);
    take(HOUR);
    assertThat(times).containsExactly(9_000L, 4_000L, HOUR);
    assertThat(recorded.spansAhead()).isZero();
  }

  @Test
  void oneSpanInTheFarFutureHasTheTimeOfItsNeighbours() throws MalformedOtlpException {
    take(0);
    take(500);
    take(FIFTY_YEARS);
    assertThat(times).as("nobody knows yet").containsExactly(0L, 500L);
    take(2_000);
    take(3_000);
    assertThat(times).containsExactly(0L, 500L, 500L, 2_000L, 3_000L);
    assertThat(recorded.spansAhead()).isEqualTo(1);
  }

  @Test
  void theOtherSpansOfItsRecordSayTheTime() throws MalformedOtlpException {
    take(0);
    take(500, FIFTY_YEARS, 700);
    take(2_000);
    assertThat(times).containsExactly(0L, 700L, 2_000L);
    assertThat(recorded.spansAhead()).isEqualTo(1);
  }

  @Test
  void theFirstRecordMayBeTheWrongOne_andTheLast() throws MalformedOtlpException {
    take(FIFTY_YEARS);
    take(1_000);
    take(2_000);
    take(FIFTY_YEARS);
    recorded.finish();
    assertThat(times).containsExactly(1_000L, 1_000L, 2_000L, 2_000L);
    assertThat(recorded.spansAhead()).isEqualTo(2);
  }

  @Test
  void manyInARowMayBeWrong() throws MalformedOtlpException {
    take(0);
    for (int i = 0; i < RecordedTimes.MAX_HELD - 1; i++) {
      take(FIFTY_YEARS + i);
    }
    take(1_000);
    assertThat(times).hasSize(RecordedTimes.MAX_HELD + 1).endsWith(0L, 1_000L);
  }

  @Test
  void aGapIsAGap_ifTheRecordsAfterItAgree() throws MalformedOtlpException {
    take(0);
    take(5 * HOUR);
    take(5 * HOUR + 1_000);
    recorded.finish();
    assertThat(times).containsExactly(0L, 5 * HOUR, 5 * HOUR + 1_000);
    assertThat(recorded.spansAhead()).isZero();
  }

  @Test
  void aGapWithAWrongRecordInIt() throws MalformedOtlpException {
    take(0);
    take(FIFTY_YEARS);
    for (int i = 0; i < RecordedTimes.MAX_HELD; i++) {
      take(5 * HOUR + i);
    }
    recorded.finish();
    assertThat(times).hasSize(RecordedTimes.MAX_HELD + 2);
    assertThat(times.get(1)).isEqualTo(5 * HOUR);
    assertThat(times).endsWith(5 * HOUR + RecordedTimes.MAX_HELD - 1);
    assertThat(recorded.spansAhead()).isEqualTo(1);
  }

  @Test
  void recordsFarApartKeepTheirTimes() throws MalformedOtlpException {
    for (int i = 0; i < 5; i++) {
      take(i * 2 * HOUR);
    }
    recorded.finish();
    assertThat(times).startsWith(0L, 2 * HOUR, 4 * HOUR, 6 * HOUR).hasSize(5);
  }

  @Test
  void whatIsNoOtlpChangesNothing() throws MalformedOtlpException {
    take(0);
    assertThatThrownBy(() -> recorded.take(new byte[] {-1}))
        .isInstanceOf(MalformedOtlpException.class);
    take(1_000);
    assertThat(times).containsExactly(0L, 1_000L);
  }
}
