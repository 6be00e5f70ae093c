package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.Fault;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.OtlpJsonReader;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays policies and traces that Tailrace and the Collector v0.161 answered differently, and
 * expects the Collector's answer. In no class Tailrace differs on purpose; a class that is to
 * differ needs its own expectation here and a line in policies/README.md.
 */
class CollectorDifferencesTest {
  private static final String CASES = "/collector-differences.json";
  private static final int CLASSES = 16;

  record Case(String id, JsonNode json) {
    @Override
    public String toString() {
      return id;
    }
  }

  static List<Case> cases() throws Exception {
    List<Case> cases = new ArrayList<>();
    try (InputStream in = CollectorDifferencesTest.class.getResourceAsStream(CASES)) {
      JsonNode classes = new ObjectMapper().readTree(in);
      assertThat(classes).hasSize(CLASSES);
      for (JsonNode one : classes) {
        for (JsonNode json : one.get("cases")) {
          cases.add(new Case(one.get("class").asText() + " #" + cases.size(), json));
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsTheCollector(Case example) throws Exception {
    assertThat(answer(example.json)).isEqualTo(example.json.get("collector").asText());
  }

  private static String answer(JsonNode json) throws MalformedOtlpException {
    Validation<Seq<Fault>, PolicySet> set = PolicySet.parse(document(json), environment(json));
    if (set.isInvalid()) {
      return "refused";
    }
    return json.has("trace") ? decision(set.get(), json.get("trace")) : "accepted";
  }

  private static String document(JsonNode json) {
    return json.has("document")
        ? json.get("document").asText()
        : "{\"policies\": [" + json.get("policy") + "]}";
  }

  /** Of a file if the Collector expanded references in the case, else of a bare document. */
  private static Environment environment(JsonNode json) {
    return json.path("unescaped").asBoolean() ? new Environment(Map.of()) : Environment.NONE;
  }

  private static String decision(PolicySet set, JsonNode trace) throws MalformedOtlpException {
    byte[] json = trace.toString().getBytes(StandardCharsets.UTF_8);
    RecordScan scan = new RecordScan(new SignalLayout(0, set.signals()));
    scan.scan(OtlpJsonReader.ofTraces().toProtobuf(json, 0, json.length));
    long now = scan.spans.startUnixNanos(0) / 1_000_000;
    OpenTrace summary = new OpenTrace(scan.spans.traceHigh(0), scan.spans.traceLow(0), now, now);
    scan.gather(summary);
    Decision decision = set.newJudge(1, null).decide(summary, now);
    return decision.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
