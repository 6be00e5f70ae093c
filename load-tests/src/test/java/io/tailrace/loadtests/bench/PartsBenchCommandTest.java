package io.tailrace.loadtests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;

final class PartsBenchCommandTest {
  private static final PolicyRuns.Effort HARDLY =
      new PolicyRuns.Effort(0, TimeValue.milliseconds(1), TimeValue.milliseconds(20));
  private static final int FEW_TRACES = 300;

  private final StringWriter out = new StringWriter();

  @Test
  void printsEachPartBesideItsNaiveWay(@TempDir Path directory) throws Exception {
    Path json = directory.resolve("out.json");

    int code =
        new CommandLine(new PartsBenchCommand(HARDLY, HARDLY, FEW_TRACES))
            .setOut(new PrintWriter(out, true))
            .execute("--json=" + json);

    assertThat(code).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines.subList(1, lines.size() - 1))
        .extracting(line -> line.substring(0, 24).strip())
        .containsExactly(
            "split + summary | parse",
            "split",
            "summary",
            "buffer, forget",
            "buffer, read back",
            "verdict",
            "join",
            "join + stamp",
            "join + redact");
    assertThat(lines.subList(1, lines.size() - 1))
        .allSatisfy(line -> assertThat(line).matches(".{24}( +[0-9.]+){5}"));
    assertThat(Files.readString(json)).contains("SpanPartsBenchmark.join", "BufferBenchmark");
  }

  @Test
  void measuresRecordsOfTheSizeThatItSays() throws Exception {
    for (byte[] record : BenchRecords.mixed()) {
      TracesData batch = TracesData.parseFrom(record);
      assertThat(batch.getResourceSpansCount()).isEqualTo(1);
      assertThat(batch.getResourceSpans(0).getScopeSpans(0).getSpansList())
          .hasSize(BenchRecords.SPANS_PER_BATCH);
    }
    for (List<byte[]> trace : BenchRecords.keyed(5)) {
      assertThat(trace).hasSize(4);
      assertThat(spans(trace)).isEqualTo(BenchRecords.SPANS_PER_TRACE);
    }
  }

  private static int spans(List<byte[]> records) throws Exception {
    int spans = 0;
    for (byte[] record : records) {
      spans += TracesData.parseFrom(record).getResourceSpans(0).getScopeSpans(0).getSpansCount();
    }
    return spans;
  }
}
