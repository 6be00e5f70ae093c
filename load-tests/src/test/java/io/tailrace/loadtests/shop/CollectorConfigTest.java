package io.tailrace.loadtests.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.tailrace.loadtests.bench.WireFacts;
import io.tailrace.policies.Decision;
import io.tailrace.policies.Judge;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.policy.Vote;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The sample of a whole Collector configuration is what it claims to be. */
final class CollectorConfigTest {
  private static final Path FILE = Path.of("../deploy/policies/collector-config.yaml");
  private static final Pattern TYPE = Pattern.compile("(?m)^ *type: (\\w+)$");
  private static final Pattern EXPECTED_TYPES = Pattern.compile("one of ([a-z_, ]+)\\)");

  @Test
  void isRead_withWarningsOfWhatIsNotAsInTheCollector() throws IOException {
    PolicySet set = read();

    assertThat(set.policyNames()).hasSizeGreaterThanOrEqualTo(20);
    assertThat(set.warnings()).filteredOn(warning -> warning.contains("hash_salt")).hasSize(6);
    assertThat(set.warnings())
        .filteredOn(warning -> !warning.contains("hash_salt"))
        .satisfiesExactly(
            warning -> assertThat(warning).contains("num_traces: has no effect here"),
            warning -> assertThat(warning).contains("expected_new_traces_per_sec: has no effect"),
            warning -> assertThat(warning).contains("decision_cache: has no effect here"),
            warning -> assertThat(warning).contains("upper_threshold_ms: applies to the whole"),
            warning -> assertThat(warning).contains("upper_threshold_ms: applies to the whole"));
  }

  @Test
  void usesEveryKindOfPolicy() throws IOException {
    assertThat(TYPE.matcher(Files.readString(FILE)).results().map(type -> type.group(1)))
        .containsAll(kinds());
  }

  @Test
  void letsEveryPolicyFire_onTheShopsTraffic() throws Exception {
    PolicySet set = read();
    WireFacts wire = new WireFacts(set);
    Judge judge = set.newJudge(1, null);
    Map<String, Integer> fired = new TreeMap<>();
    set.policyNames().forEach(name -> fired.put(name, 0));
    long logTime = 0;
    for (byte[] trace : traces(5_000)) {
      logTime += 10;
      Decision decision = judge.decide(wire.gather(trace, logTime), logTime);
      for (int i = 0; i < fired.size(); i++) {
        boolean fires = decision.vote(i) == Vote.SAMPLED || decision.vote(i) == Vote.DROPPED;
        fired.merge(set.policyNames().get(i), fires ? 1 : 0, Integer::sum);
      }
    }

    assertThat(fired).allSatisfy((name, times) -> assertThat(times).as(name).isPositive());
  }

  private static PolicySet read() throws IOException {
    return PolicySet.parse(Files.readString(FILE)).get();
  }

  /** Those that a fault offers instead of one that there is not. */
  private static List<String> kinds() {
    String fault = PolicySet.parse("policies: [{name: a, type: none}]").getError().get(0).message();
    Matcher kinds = EXPECTED_TYPES.matcher(fault);
    assertThat(kinds.find()).isTrue();
    return Arrays.stream(kinds.group(1).split(", "))
        .filter(kind -> !kind.startsWith("adaptive_") && !kind.equals("slo_burn")) // our own
        .toList();
  }

  private static List<byte[]> traces(int count) throws IOException {
    CollectedSpans spans = new CollectedSpans();
    new VirtualTraffic(1, 0.01, 100, Instant.EPOCH.plusSeconds(1_000))
        .run(count, Long.MAX_VALUE, spans);
    List<byte[]> traces = new ArrayList<>();
    for (List<SpanData> trace : spans.byTraceId().values()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      TraceRequestMarshaler.create(trace).writeBinaryTo(bytes);
      traces.add(bytes.toByteArray());
    }
    return traces;
  }
}
