package io.tailrace.topology.streams;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.PartEditor;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.sampling.Otlp;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportRecordsTest {
  private static final Span LARGE = Otlp.span(1).toBuilder().setName("x".repeat(5_000)).build();

  private long topicTakes = Long.MAX_VALUE;
  private PartEditor editor = PartEditor.NONE;
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

  @ParameterizedTest
  @EnumSource(
      value = Encoding.class,
      names = {"OTLP_PROTO", "OTLP_JSON"})
  void aSpanThatIsLargerAloneGoesOutAllTheSame_ifTheTopicTakesIt(Encoding encoding)
      throws Exception {
    List<byte[]> records =
        records(encoding, 1_000, Otlp.request(Otlp.span(1), LARGE, Otlp.span(1)).toByteArray());

    assertThat(records).filteredOn(record -> record.length > 1_000).hasSize(1);
    assertThat(spans(encoding, records)).containsExactly(Otlp.span(1), LARGE, Otlp.span(1));
    assertThat(reasons).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Encoding.class,
      names = {"OTLP_PROTO", "OTLP_JSON"})
  void aSpanThatTheTopicDoesNotTakeIsSetAside_inProtobuf_andTheOthersGo(Encoding encoding)
      throws Exception {
    topicTakes = 3_000;

    List<byte[]> records =
        records(encoding, 1_000, Otlp.request(Otlp.span(1), LARGE, Otlp.span(1)).toByteArray());

    assertThat(spans(encoding, records)).containsExactly(Otlp.span(1), Otlp.span(1));
    assertThat(reasons).containsExactly("larger than 3000");
    assertThat(spans(Encoding.OTLP_PROTO, unwritable)).containsExactly(LARGE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Encoding.class,
      names = {"OTLP_PROTO", "OTLP_JSON"})
  void theTopicsLimitHolds_whereItIsBelowTheConfiguredOne(Encoding encoding) throws Exception {
    Span[] spans = new Span[50];
    Arrays.fill(spans, Otlp.span(1));
    topicTakes = 500;

    List<byte[]> records = records(encoding, 1_000, Otlp.request(spans).toByteArray());

    assertThat(records).hasSizeGreaterThan(2).allMatch(record -> record.length <= 500);
    assertThat(spans(encoding, records)).containsExactly(spans);
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

  @ParameterizedTest
  @EnumSource(
      value = Encoding.class,
      names = {"OTLP_PROTO", "OTLP_JSON"})
  void whatIsSetAsideIsRedacted(Encoding encoding) throws Exception {
    PolicySet set =
        SamplerHarness.set(
            "policies: [{name: all, type: always_sample}]\n"
                + "redaction: {allow_all_keys: true, blocked_values: [secret]}");
    ExportEditor redaction =
        new ExportEditor(
            () -> set, new SamplerMetrics(new SimpleMeterRegistry(), InstantSource.system()));
    redaction.begin(List.of(), 0);
    editor = redaction;
    topicTakes = 3_000;

    records(
        encoding,
        1_000,
        Otlp.request(LARGE.toBuilder().addAttributes(Otlp.string("k", "secret")).build())
            .toByteArray());

    assertThat(spans(Encoding.OTLP_PROTO, unwritable))
        .containsExactly(LARGE.toBuilder().addAttributes(Otlp.string("k", "****")).build());
  }

  private List<byte[]> records(int maxBytes, byte[] piece) throws Exception {
    return records(Encoding.OTLP_JSON, maxBytes, piece);
  }

  private List<byte[]> records(Encoding encoding, int maxBytes, byte[] piece) throws Exception {
    return new ExportRecords(encoding, maxBytes)
        .of(
            List.of(piece),
            new ExportStamps(new ExportFormat(encoding, maxBytes, "", false), result -> {}),
            editor,
            new ExportRecords.Target() {
              @Override
              public long maxBytes() {
                return topicTakes;
              }

              @Override
              public Optional<String> refusal(byte[] value) {
                return value.length > topicTakes
                    ? Optional.of("larger than " + topicTakes)
                    : Optional.empty();
              }

              @Override
              public void setAside(byte[] span, String reason) {
                unwritable.add(span);
                reasons.add(reason);
              }
            });
  }

  private static List<Span> spans(List<byte[]> records) throws Exception {
    return spans(Encoding.OTLP_JSON, records);
  }

  private static List<Span> spans(Encoding encoding, List<byte[]> records) throws Exception {
    List<Span> spans = new ArrayList<>();
    for (byte[] record : records) {
      byte[] data =
          encoding == Encoding.OTLP_JSON ? encoding.newTranslator().toTracesData(record) : record;
      TracesData.parseFrom(data)
          .getResourceSpansList()
          .forEach(r -> r.getScopeSpansList().forEach(s -> spans.addAll(s.getSpansList())));
    }
    return spans;
  }
}
