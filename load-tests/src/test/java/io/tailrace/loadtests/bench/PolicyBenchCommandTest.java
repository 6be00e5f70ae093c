package io.tailrace.loadtests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.policies.Decision.Outcome;
import io.tailrace.policies.Judge;
import io.tailrace.policies.PolicySet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;

final class PolicyBenchCommandTest {
  private static final PolicyRuns.Effort HARDLY =
      new PolicyRuns.Effort(0, TimeValue.milliseconds(1), TimeValue.milliseconds(5));
  private static final List<String> DOCUMENTS = PolicyDocuments.NAMES;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsTimesOfBothWays_sortedByKind(@TempDir Path directory) throws Exception {
    Path json = directory.resolve("out.json");

    assertThat(run("--only=latency,drop", "--json=" + json)).as(err::toString).isZero();

    String figure = " +[0-9.,]+ ± +[0-9.,]+";
    assertThat(out.toString().lines().toList())
        .satisfiesExactly(
            heading -> assertThat(heading).startsWith("ns/trace"),
            drop -> assertThat(drop).matches("drop" + figure + figure),
            latency -> assertThat(latency).matches("latency" + figure + figure),
            footing -> assertThat(footing).startsWith("CPU time; ±: half of JMH's 99.9 %"));
    assertThat(Files.readString(json)).contains("PolicyBenchmark.gatherAndJudge", "\"drop\"");
  }

  @Test
  void refusesKind_thatItDoesNotKnow() {
    assertThat(run("--only=latenzy")).isEqualTo(2);
    assertThat(err.toString()).contains("--only: latenzy (expected: of always_sample, and, ");
  }

  @ParameterizedTest
  @FieldSource("DOCUMENTS")
  void keepsSomeOfTheTraces(String document) throws Exception {
    PolicySet set = PolicyDocuments.read(document);
    WireFacts wire = new WireFacts(set);
    Judge judge = set.newJudge(1, null);
    int kept = 0;
    for (byte[] record : BenchTraces.records(500)) {
      kept += judge.decide(wire.gather(record, 0), 0).outcome() == Outcome.SAMPLED ? 1 : 0;
    }

    assertThat(kept).isPositive();
  }

  @Test
  void measuresTracesOfTheSizeThatItSays() throws Exception {
    for (byte[] record : BenchTraces.records(64)) {
      List<Span> spans =
          TracesData.parseFrom(record).getResourceSpansList().stream()
              .map(ResourceSpans::getScopeSpansList)
              .flatMap(scopes -> scopes.get(0).getSpansList().stream())
              .toList();
      assertThat(spans).hasSize(12).allMatch(span -> span.getAttributesCount() == 10);
      assertThat(spans.stream().map(Span::getTraceId).distinct()).hasSize(1);
      assertThat(record.length / 12).isBetween(450, 600);
    }
  }

  private int run(String... options) {
    return new CommandLine(new PolicyBenchCommand(HARDLY, HARDLY))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(options);
  }
}
