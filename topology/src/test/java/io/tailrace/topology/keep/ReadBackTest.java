package io.tailrace.topology.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.keep.KeepSearch.Found;
import io.tailrace.topology.sampling.Otlp;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ReadBackTest {
  private static final TraceId ID = new TraceId(1, 1);
  private static final long RETENTION = 60_000;
  private static final Verdict BY_HAND =
      new Verdict(VerdictKind.KEPT_BY_HAND, true, "(kept by hand)", 3, 5_000, 10, 20);

  private final List<Found> found = new ArrayList<>();

  private static WantedTrace wanted(long next) {
    return new WantedTrace(ID, BY_HAND, true, 7, next, 2);
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, Span... spans) {
    return new ConsumerRecord<>("spans", 0, offset, null, Otlp.request(spans).toByteArray());
  }

  private static Span large() {
    return Otlp.span(1).toBuilder().setName("x".repeat(600 << 10)).build();
  }

  private ReadBack reading(ReadBack.Target target) {
    return new ReadBack(List.of(target));
  }

  @Test
  void aWantedTraceIsReadAsItWasWritten() {
    assertThat(WantedTrace.decode(ID, wanted(11).encode())).isEqualTo(wanted(11));
  }

  @Test
  void takesWhatIsOfTheTrace_fromTheNextOffsetUpToItsVerdict() {
    ReadBack reading = reading(ReadBack.target(wanted(11), RETENTION, found::add));
    for (long offset = 9; offset <= 21; offset++) {
      reading.take(record(offset, Otlp.span(1), Otlp.span(2), Otlp.span(1)));
    }
    reading.take(new ConsumerRecord<>("spans", 0, 12, null, new byte[] {-1}));
    reading.take(new ConsumerRecord<>("spans", 0, 12, null, null));
    assertThat(found).isEmpty();
    reading.end();

    assertThat(found).hasSize(1);
    assertThat(found.get(0).pieces()).hasSize(9);
    assertThat(found.get(0).spans()).isEqualTo(18);
    assertThat(found.get(0).next()).isEqualTo(20);
    assertThat(found.get(0).isLast()).isTrue();
  }

  @Test
  void handsALargeTraceOverInParts_andGoesOnBehindThemWhenItFails() {
    ReadBack.Target target = ReadBack.target(wanted(10), RETENTION, found::add);
    target.begin();
    ReadBack failing = reading(target);
    failing.take(record(10, large()));
    failing.take(record(12, large()));
    failing.take(record(14, large()));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).next()).isEqualTo(13);
    assertThat(found.get(0).isLast()).isFalse();

    target.begin();
    ReadBack again = reading(target);
    List.of(10L, 12L, 14L).forEach(offset -> again.take(record(offset, large())));
    again.end();

    assertThat(found).hasSize(2);
    assertThat(found.get(1).spans()).isEqualTo(1);
    assertThat(found.get(1).isLast()).isTrue();
  }

  @Test
  void looksIntoRecords_whateverTheirKey_andPassesWatermarksOver() {
    ReadBack reading = reading(ReadBack.target(wanted(10), RETENTION, found::add));
    byte[] ofBoth = Otlp.request(Otlp.span(2), Otlp.span(1)).toByteArray();
    reading.take(new ConsumerRecord<>("by-trace", 0, 12, new TraceId(1, 2).toKey(), ofBoth));
    reading.take(new ConsumerRecord<>("by-trace", 0, 13, new byte[0], new byte[0]));
    reading.end();

    assertThat(found.get(0).spans()).isEqualTo(1);
  }

  @Test
  void handsNothingOver_onceItIsCancelled() {
    ReadBack.Target target = ReadBack.target(wanted(10), RETENTION, found::add);
    ReadBack reading = reading(target);
    reading.take(record(12, Otlp.span(1)));
    target.cancel();
    reading.end();

    assertThat(found).isEmpty();
  }

  @Test
  void tellsIfTheLogNoLongerHasTheFirstSpans() {
    for (long first : new long[] {10, 12}) {
      ReadBack reading = reading(ReadBack.target(wanted(10), RETENTION, found::add));
      reading.take(record(first, Otlp.span(1)));
      reading.end();
    }
    ReadBack further = reading(ReadBack.target(wanted(11), RETENTION, found::add));
    further.take(record(12, Otlp.span(1)));
    further.end();

    assertThat(found).extracting(Found::isCut).containsExactly(false, true, false);
  }
}
