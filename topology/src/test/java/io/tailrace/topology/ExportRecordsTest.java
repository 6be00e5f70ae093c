package io.tailrace.topology;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.Encoding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExportRecordsTest {
  private final List<String> reasons = new ArrayList<>();
  private final List<byte[]> unwritable = new ArrayList<>();

  @Test
  void theLimitHoldsForWhatIsWritten_andNoSpanIsLost() throws Exception {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      spans.add(Otlp.span(1).toBuilder().setName("\n".repeat(1 + 7 * (i % 9)) + i).build());
    }
    byte[] piece = Otlp.request(spans.toArray(Span[]::new)).toByteArray();

    List<byte[]> records = records(2_000, piece);

    assertThat(records).hasSizeGreaterThan(3).allMatch(record -> record.length <= 2_000);
    assertThat(spans(records)).containsExactlyElementsOf(spans);
    assertThat(reasons).isEmpty();
  }

  @Test
  void aSpanThatIsLargerAloneGoesOutAllTheSame() throws Exception {
    Span large = Otlp.span(1).toBuilder().setName("x".repeat(5_000)).build();

    List<byte[]> records =
        records(1_000, Otlp.request(Otlp.span(1), large, Otlp.span(1)).toByteArray());

    assertThat(records).filteredOn(record -> record.length > 1_000).hasSize(1);
    assertThat(spans(records)).containsExactly(Otlp.span(1), large, Otlp.span(1));
  }

  @Test
  void aSpanThatJsonHasNoFormForIsSetAside_andTheOthersGo() throws Exception {
    AnyValue deep = AnyValue.newBuilder().setBoolValue(true).build();
    for (int i = 0; i < 60; i++) {
      deep =
          AnyValue.newBuilder()
              .setKvlistValue(
                  KeyValueList.newBuilder().addValues(KeyValue.newBuilder().setValue(deep)))
              .build();
    }
    Span span =
        Otlp.span(1).toBuilder()
            .setName("deep")
            .addAttributes(KeyValue.newBuilder().setKey("a").setValue(deep))
            .build();
    Span good = Otlp.span(1).toBuilder().setName("good").build();

    List<byte[]> records = records(10_000, Otlp.request(good, span, good).toByteArray());

    assertThat(spans(records)).containsExactly(good, good);
    assertThat(reasons).singleElement().asString().contains("nested too deeply");
    assertThat(new String(unwritable.get(0), ISO_8859_1)).contains("deep");
  }

  private List<byte[]> records(int maxBytes, byte[] piece) throws Exception {
    return new ExportRecords(Encoding.OTLP_JSON, maxBytes)
        .of(
            List.of(piece),
            (span, reason) -> {
              unwritable.add(span);
              reasons.add(reason);
            });
  }

  private static List<Span> spans(List<byte[]> records) throws Exception {
    List<Span> spans = new ArrayList<>();
    for (byte[] record : records) {
      TracesData.parseFrom(Encoding.OTLP_JSON.newTranslator().toTracesData(record))
          .getResourceSpansList()
          .forEach(r -> r.getScopeSpansList().forEach(s -> spans.addAll(s.getSpansList())));
    }
    return spans;
  }
}
