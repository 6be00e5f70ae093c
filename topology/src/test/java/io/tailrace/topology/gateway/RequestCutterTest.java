package io.tailrace.topology.gateway;

import static io.tailrace.topology.gateway.Requests.span;
import static io.tailrace.topology.gateway.Requests.withoutTraceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.gateway.RequestCutter.Cut;
import io.tailrace.topology.gateway.RequestCutter.Piece;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestCutterTest {
  private static final int LARGE = 1 << 20;

  @Test
  void cutsByTrace_keyedAsTheCollectorDoes() throws Exception {
    Cut cut = keyed(LARGE).cut(Requests.of(span(1, "a"), span(2, "b"), span(1, "c")));

    assertThat(cut.records())
        .extracting(RequestCutterTest::key)
        .containsExactly(Requests.key(1), Requests.key(2));
    assertThat(names(cut)).containsExactly(List.of("a", "c"), List.of("b"));
    assertThat(cut.spans()).isEqualTo(3);
  }

  @Test
  void leavesARequestAsItIs_unkeyed() throws Exception {
    byte[] request = Requests.of(span(1), span(2));

    Cut cut = unkeyed(LARGE).cut(request);

    assertThat(cut.records()).singleElement().extracting(Piece::key).isNull();
    assertThat(cut.records().get(0).value()).isSameAs(request);
  }

  @Test
  void refusesWhatHoldsNoSpanButSomethingElse() throws Exception {
    byte[] jaeger;
    try (InputStream in =
        RequestCutterTest.class.getResourceAsStream("/other-formats/jaeger-span-that-parses.bin")) {
      jaeger = in.readAllBytes();
    }
    for (RequestCutter cutter : List.of(keyed(LARGE), unkeyed(LARGE))) {
      assertThatThrownBy(() -> cutter.cut(jaeger))
          .isInstanceOf(MalformedOtlpException.class)
          .hasMessageContaining("no span but ");
    }
  }

  @Test
  void leavesOutSpansWithoutATraceId() throws Exception {
    byte[] request = Requests.of(span(1, "a"), withoutTraceId(), span(2, "b"), withoutTraceId());

    for (RequestCutter cutter : List.of(keyed(LARGE), unkeyed(LARGE))) {
      Cut cut = cutter.cut(request);
      assertThat(names(cut).stream().flatMap(List::stream)).containsExactly("a", "b");
      assertThat(cut.spans()).isEqualTo(2);
      assertThat(cut.invalidSpans()).isEqualTo(2);
    }
  }

  @Test
  void cutsWhatIsTooLargeForARecord() throws Exception {
    byte[] request = Requests.of(span(1, "a".repeat(90)), span(1, "b".repeat(90)), span(2, "c"));

    Cut byTrace = keyed(200).cut(request);
    assertThat(byTrace.records())
        .extracting(RequestCutterTest::key)
        .containsExactly(Requests.key(1), Requests.key(1), Requests.key(2));
    Cut bySize = unkeyed(200).cut(request);
    assertThat(bySize.records()).hasSize(2);
    for (Cut cut : List.of(byTrace, bySize)) {
      assertThat(cut.records()).allMatch(piece -> piece.value().length <= 200);
      assertThat(names(cut).stream().flatMap(List::stream))
          .containsExactly("a".repeat(90), "b".repeat(90), "c");
    }
  }

  @Test
  void makesNoRecordOfNothing() throws Exception {
    for (RequestCutter cutter : List.of(keyed(LARGE), unkeyed(LARGE))) {
      assertThat(cutter.cut(new byte[0]).records()).isEmpty();
      assertThat(cutter.cut(Requests.of(withoutTraceId())).records()).isEmpty();
    }
  }

  @Test
  void refusesWhatIsNotOtlp_andGoesOn() throws Exception {
    for (RequestCutter cutter : List.of(keyed(LARGE), unkeyed(LARGE))) {
      assertThatThrownBy(() -> cutter.cut("not protobuf".getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(MalformedOtlpException.class);
      assertThat(cutter.cut(Requests.of(span(1))).spans()).isEqualTo(1);
    }
  }

  private static RequestCutter keyed(int maxRecordBytes) {
    return new RequestCutter(true, maxRecordBytes);
  }

  private static RequestCutter unkeyed(int maxRecordBytes) {
    return new RequestCutter(false, maxRecordBytes);
  }

  private static String key(Piece piece) {
    return new String(piece.key(), StandardCharsets.US_ASCII);
  }

  private static List<List<String>> names(Cut cut) throws Exception {
    List<List<String>> names = new java.util.ArrayList<>();
    for (Piece piece : cut.records()) {
      names.add(
          ExportTraceServiceRequest.parseFrom(piece.value()).getResourceSpansList().stream()
              .flatMap(resource -> resource.getScopeSpansList().stream())
              .flatMap(scope -> scope.getSpansList().stream())
              .map(span -> span.getName())
              .toList());
    }
    return names;
  }
}
