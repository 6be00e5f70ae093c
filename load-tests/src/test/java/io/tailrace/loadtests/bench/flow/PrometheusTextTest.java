package io.tailrace.loadtests.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PrometheusTextTest {
  @Test
  void sumsOverLabels_withAndWithoutTotal() {
    PrometheusText text =
        PrometheusText.parse(
            """
            # HELP accepted_spans Spans
            # TYPE accepted_spans counter
            accepted_spans_total{receiver="kafka",transport="a b}"} 1.5e+06
            accepted_spans_total{receiver="otlp"} 2 1732900000000
            traces_on_memory 77
            broken{a="b"} x

            """);

    assertThat(text.sum("accepted_spans")).isEqualTo(1_500_002);
    assertThat(text.sum("traces_on_memory")).isEqualTo(77);
    assertThat(text.sum("broken")).isZero();
    assertThat(text.sum("absent")).isZero();
  }
}
