package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.policies.PolicySet;
import io.tailrace.topology.streams.SamplerHarness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Resources that come again, and what they raise. */
class RecordScanTest {
  private static final int SERVICES = 2_000; // more than are remembered, of the same length
  private static final ByteString ID = ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

  @Test
  void aResourceRaisesTheSameWheneverItComes_whateverCameBetween() throws Exception {
    SignalLayout layout = layout(0, "service-[0-9]*[05]$");
    RecordScan scan = new RecordScan(layout);
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      int service = 1_000 + (random.nextBoolean() ? random.nextInt(10) : random.nextInt(SERVICES));

      assertThat(isRaised(scan, record(resource(service))))
          .as("service %d", service)
          .isEqualTo(service % 5 == 0);
    }
  }

  @Test
  void aResourceThatIsKnownRaisesNothingInTheNextOne() throws Exception {
    RecordScan scan = new RecordScan(layout(0, "service-1000"));
    byte[] both = record(resource(1_000), resource(1_001));
    for (int i = 0; i < 3; i++) {
      scan.scan(both);
      OpenTrace first = raised(scan, 0);
      OpenTrace second = raised(scan, 1);
      assertThat(bits(first)).isEqualTo(1);
      assertThat(bits(second)).isZero();
    }
  }

  @Test
  void ofEqualKeysTheFirstCounts_onResourcesAndSpans() throws Exception {
    Resource twice =
        Resource.newBuilder()
            .addAttributes(attribute("service.name", "first"))
            .addAttributes(attribute("service.name", "second"))
            .build();
    for (int i = 0; i < 2; i++) { // the second time it is known
      assertThat(isRaised(new RecordScan(layout(0, "first")), record(twice))).isTrue();
      assertThat(isRaised(new RecordScan(layout(0, "second")), record(twice))).isFalse();
    }
    Span span =
        span(0).toBuilder()
            .addAttributes(attribute("service.name", "first"))
            .addAttributes(attribute("other", "second"))
            .addAttributes(attribute("service.name", "second"))
            .build();
    Span next = span(1).toBuilder().addAttributes(attribute("service.name", "second")).build();
    byte[] spans = Otlp.request(span, next).toByteArray();
    RecordScan scan = new RecordScan(layout(0, "second"));
    for (int i = 0; i < 2; i++) {
      scan.scan(spans);
      assertThat(bits(raised(scan, 0))).as("of a span with another one first").isZero();
      assertThat(bits(raised(scan, 1))).as("of the next span").isEqualTo(1);
    }
    assertThat(isRaised(new RecordScan(layout(0, "first")), spans)).isTrue();
  }

  @Test
  void aFurtherPartOfAResourceIsNotKnownAsAWhole() throws Exception {
    Resource first = Resource.newBuilder().addAttributes(attribute("service.name", "a")).build();
    Resource second = Resource.newBuilder().addAttributes(attribute("service.name", "b")).build();
    RecordScan scan = new RecordScan(layout(0, "b"));
    assertThat(isRaised(scan, inOneResource(second, first))).as("first comes first").isFalse();
    assertThat(isRaised(scan, record(second))).isTrue();
  }

  @Test
  void aKeyOfAKnownFirstPartCountsNotInLaterParts() throws Exception {
    Resource first = Resource.newBuilder().addAttributes(attribute("service.name", "a")).build();
    Resource second = Resource.newBuilder().addAttributes(attribute("service.name", "b")).build();
    Resource other = Resource.newBuilder().addAttributes(attribute("host.name", "c")).build();
    RecordScan scan = new RecordScan(layout(0, "b"));
    for (int i = 0; i < 3; i++) { // known after the first time
      assertThat(isRaised(scan, record(first))).isFalse();
      assertThat(isRaised(scan, inOneResource(second, first))).isFalse();
      assertThat(isRaised(scan, inOneResource(second, other, first))).isFalse();
      assertThat(isRaised(scan, inOneResource(second, other))).as("no name before it").isTrue();
    }
  }

  @Test
  void otherPoliciesLookAnew() throws Exception {
    RecordScan scan = new RecordScan(layout(0, "service-1000"));
    byte[] record = record(resource(1_000));
    assertThat(isRaised(scan, record)).isTrue();

    scan.use(layout(1, "service-1001"));
    assertThat(isRaised(scan, record)).isFalse();
    scan.use(layout(2, "service-1000"));
    assertThat(isRaised(scan, record)).isTrue();
  }

  @Test
  void partsOfAResourceAddUp() throws Exception {
    RecordScan scan = new RecordScan(layout(0, "service-1000"));
    Resource host = Resource.newBuilder().addAttributes(attribute("host.name", "b")).build();
    byte[] parts = inOneResource(resource(1_000), host);
    for (int i = 0; i < 2; i++) {
      assertThat(isRaised(scan, parts)).isTrue();
      assertThat(isRaised(scan, record(resource(1_001)))).isFalse();
      assertThat(isRaised(scan, record(resource(1_000)))).isTrue();
    }
  }

  @Test
  void largeResourcesAreLookedAtEachTime() throws Exception {
    RecordScan scan = new RecordScan(layout(0, "service-1000"));
    Resource.Builder large = resource(1_000).toBuilder();
    large.addAttributes(attribute("process.command_line", "x".repeat(10_000)));
    for (int i = 0; i < 2; i++) {
      assertThat(isRaised(scan, record(large.build()))).isTrue();
    }
  }

  private static SignalLayout layout(int number, String service) {
    PolicySet set =
        SamplerHarness.set(
            """
            policies:
              - name: services
                type: string_attribute
                string_attribute: {key: service.name, values: ['%s'], enabled_regex_matching: true}
            """
                .formatted(service));
    return new SignalLayout(number, set.signals());
  }

  private static boolean isRaised(RecordScan scan, byte[] record) throws Exception {
    scan.scan(record);
    return bits(raised(scan, 0)) != 0;
  }

  private static OpenTrace raised(RecordScan scan, int index) {
    OpenTrace trace = new OpenTrace(scan.spans.traceHigh(index), scan.spans.traceLow(index), 0, 0);
    scan.raise(index, trace);
    return trace;
  }

  private static long bits(OpenTrace trace) {
    long[] bits = new long[1];
    trace.copyRaised(bits);
    return bits[0];
  }

  private static byte[] record(Resource... resources) {
    TracesData.Builder data = TracesData.newBuilder();
    for (int i = 0; i < resources.length; i++) {
      data.addResourceSpans(
          ResourceSpans.newBuilder()
              .setResource(resources[i])
              .addScopeSpans(ScopeSpans.newBuilder().addSpans(span(i))));
    }
    return data.build().toByteArray();
  }

  /** Protobuf merges a message field that occurs twice. */
  private static byte[] inOneResource(Resource... parts) throws IOException {
    ByteString spans =
        ResourceSpans.newBuilder()
            .addScopeSpans(ScopeSpans.newBuilder().addSpans(span(0)))
            .build()
            .toByteString();
    for (Resource part : parts) {
      spans = ResourceSpans.newBuilder().setResource(part).build().toByteString().concat(spans);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeBytes(TracesData.RESOURCE_SPANS_FIELD_NUMBER, spans);
    out.flush();
    return bytes.toByteArray();
  }

  private static Resource resource(int service) {
    return Resource.newBuilder()
        .addAttributes(attribute("host.name", "a"))
        .addAttributes(attribute("service.name", "service-" + service))
        .build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static Span span(int trace) {
    return Span.newBuilder()
        .setTraceId(ID.concat(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 1, (byte) trace})))
        .setSpanId(ID)
        .build();
  }
}
