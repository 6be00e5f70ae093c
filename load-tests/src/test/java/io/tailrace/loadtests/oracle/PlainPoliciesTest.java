package io.tailrace.loadtests.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainPoliciesTest {
  private static final String LATENCY =
      "{\"name\":\"slow\",\"type\":\"latency\",\"latency\":{\"threshold_ms\":1000}}";
  private static final String CANARY =
      "\"type\":\"string_attribute\",\"string_attribute\":{\"key\":\"tenant\",\"values\":[\"canary\"]}}";

  @Test
  void latencyIsAboveTheThreshold_inWholeMilliseconds() throws Exception {
    PlainPolicies policies = policies(LATENCY);

    assertThat(policies.keeps(trace(lasting(1_000_999_999L)))).isEmpty();
    assertThat(policies.keeps(trace(lasting(1_001_000_000L)))).contains("slow");
  }

  @Test
  void dropOutweighsWhatKeeps_wherever() throws Exception {
    PlainPolicies policies =
        policies(
            LATENCY
                + ",{\"name\":\"drop\",\"type\":\"drop\",\"drop\":{\"drop_sub_policy\":[{\"name\":\"c\","
                + CANARY
                + "]}}");

    assertThat(policies.keeps(trace(lasting(2_000_000_000L)))).contains("slow");
    assertThat(policies.keeps(trace(canary(lasting(2_000_000_000L))))).isEmpty();
  }

  @Test
  void aPolicyEnds_andAShadowIsNotThere() throws Exception {
    PlainPolicies policies =
        policies(
            LATENCY.replace("{\"name", "{\"expires_at\":\"1970-01-01T00:00:05Z\",\"name")
                + ",{\"name\":\"all\",\"shadow\":true,\"type\":\"always_sample\"}");

    assertThat(policies.ends()).containsExactly(5_000L);
    assertThat(policies.at(4_999).keeps(trace(lasting(2_000_000_000L)))).contains("slow");
    assertThat(policies.at(5_000).keeps(trace(lasting(2_000_000_000L)))).isEmpty();
  }

  @Test
  void andWantsAll() throws Exception {
    PlainPolicies policies =
        policies(
            "{\"name\":\"both\",\"type\":\"and\",\"and\":{\"and_sub_policy\":["
                + LATENCY
                + ",{\"name\":\"c\","
                + CANARY
                + "]}}");

    assertThat(policies.keeps(trace(lasting(2_000_000_000L)))).isEmpty();
    assertThat(policies.keeps(trace(canary(lasting(0))))).isEmpty();
    assertThat(policies.keeps(trace(canary(lasting(0)), lasting(2_000_000_000L)))).contains("both");
  }

  @Test
  void thresholdsAreThoseOfTheSpecification() {
    assertThat(Thresholds.text(Thresholds.ofPercentage(100))).isEqualTo("0");
    assertThat(Thresholds.text(Thresholds.ofPercentage(50))).isEqualTo("8");
    assertThat(Thresholds.text(Thresholds.ofPercentage(10))).isEqualTo("e6666666666666");
    assertThat(Thresholds.text(Thresholds.ofPercentage(96.875))).isEqualTo("08");
    assertThat(Thresholds.ofPercentage(0)).isEqualTo(Thresholds.NEVER);
  }

  private static PlainPolicies policies(String list) {
    return PlainPolicies.parse("{\"policies\":[" + list + "]}").orElseThrow();
  }

  private static Span lasting(long nanos) {
    return SyntheticLog.span(1, 1).toBuilder()
        .setStartTimeUnixNano(1_000)
        .setEndTimeUnixNano(1_000 + nanos)
        .build();
  }

  private static Span canary(Span span) {
    return span.toBuilder()
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("tenant")
                .setValue(AnyValue.newBuilder().setStringValue("canary")))
        .build();
  }

  private static List<Content> trace(Span... spans) throws InvalidProtocolBufferException {
    return Content.of(SyntheticLog.request(spans).toByteArray());
  }
}
