package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpanLinksTest {
  private static List<TraceId> links(byte[] record) throws MalformedOtlpException {
    List<TraceId> links = new ArrayList<>();
    new SpanLinks().read(record, (high, low) -> links.add(new TraceId(high, low)));
    return links;
  }

  /** The generated classes are the measure. */
  @Test
  void readsTheTraceIdsOfAllLinks() throws Exception {
    int count = 0;
    for (int seed = 0; seed < 300; seed++) {
      TracesData data = withLinks(new RandomOtlp(seed).request(), new Random(seed));
      List<TraceId> expected = new ArrayList<>();
      data.getResourceSpansList().stream()
          .flatMap(resource -> resource.getScopeSpansList().stream())
          .flatMap(scope -> scope.getSpansList().stream())
          .flatMap(span -> span.getLinksList().stream())
          .forEach(link -> addIfValid(link.getTraceId(), expected));

      assertThat(links(data.toByteArray())).isEqualTo(expected);
      count += expected.size();
    }
    assertThat(count).isGreaterThan(100);
  }

  private static TracesData withLinks(TracesData data, Random random) {
    TracesData.Builder linked = data.toBuilder();
    linked.getResourceSpansBuilderList().stream()
        .flatMap(resource -> resource.getScopeSpansBuilderList().stream())
        .flatMap(scope -> scope.getSpansBuilderList().stream())
        .forEach(
            span -> {
              byte[] id = new byte[random.nextInt(4) == 0 ? 8 : TraceId.BYTES];
              random.nextBytes(id);
              span.addLinksBuilder().setTraceId(ByteString.copyFrom(id)).setTraceState("a=b");
            });
    return linked.build();
  }

  private static void addIfValid(ByteString id, List<TraceId> to) {
    if (id.size() == TraceId.BYTES) {
      ByteBuffer bytes = id.asReadOnlyByteBuffer();
      to.add(new TraceId(bytes.getLong(), bytes.getLong()));
    }
  }

  @Test
  void skipsMalformedLinks() throws Exception {
    byte[] good =
        Span.Link.newBuilder().setTraceId(ByteString.copyFrom(id(7))).build().toByteArray();
    byte[] truncated = {(byte) OtlpFields.LINK_TRACE_ID, 16, 1, 2};
    byte[] span = concat(link(truncated), link(new byte[0]), link(good));
    byte[] record =
        field(
            OtlpFields.TRACES_RESOURCE_SPANS,
            field(
                OtlpFields.RESOURCE_SPANS_SCOPE_SPANS, field(OtlpFields.SCOPE_SPANS_SPANS, span)));

    assertThat(links(record)).containsExactly(new TraceId(0, 7));
  }

  @Test
  void refusesWhatIsNoTracesData() {
    assertThatThrownBy(() -> links(new byte[] {(byte) OtlpFields.TRACES_RESOURCE_SPANS, 5, 1}))
        .isInstanceOf(MalformedOtlpException.class);
  }

  private static byte[] id(long low) {
    return ByteBuffer.allocate(TraceId.BYTES).putLong(0).putLong(low).array();
  }

  private static byte[] link(byte[] fields) {
    return field(OtlpFields.SPAN_LINKS, fields);
  }

  private static byte[] field(int tag, byte[] content) {
    return concat(new byte[] {(byte) tag, (byte) content.length}, content);
  }

  private static byte[] concat(byte[]... parts) {
    ByteString all = ByteString.EMPTY;
    for (byte[] part : parts) {
      all = all.concat(ByteString.copyFrom(part));
    }
    return all.toByteArray();
  }
}
