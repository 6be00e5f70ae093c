package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.Engine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/METRICS.md} names all that an instance at work shows, and nothing else. */
class MetricsTableTest {
  private static final Path DOCUMENT = Path.of("..", "deploy", "METRICS.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `((?:tailrace|kafka)_[a-z_]+)", Pattern.MULTILINE);
  private static final String POLICIES =
      """
      policies:
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - name: rest
          type: rate_limiting
          rate_limiting: {spans_per_second: 10}
      """;

  @TempDir Path directory;

  @Test
  void theTableIsWhatAnInstanceShows() throws Exception {
    Path policies = Files.writeString(directory.resolve("policies.yaml"), POLICIES);
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start();
        Fleet fleet = new Fleet(kafka, directory);
        TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      Engine engine =
          fleet
              .set("TAILRACE_POLICIES_BOOTSTRAP", policies.toString())
              .set("TAILRACE_ADMIN_PORT", "0")
              .start(1);
      traffic.writeFor(3_000, 50);
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(value(engine, "tailrace_traces_decided_total{outcome=\"sampled\"}"))
                      .isPositive());

      Awaitility.await()
          .atMost(Duration.ofMinutes(2)) // clients' meters are looked for once a minute
          .untilAsserted(() -> assertThat(shown(engine)).isEqualTo(documented()));
      assertThat(scrape(engine)).contains("jvm_memory_used_bytes", "disk_free_bytes", "process_");
      assertThat(value(engine, "tailrace_lag_max_seconds")).isLessThan(60);
      assertThat(value(engine, "tailrace_rocksdb_memory_used_bytes")).isPositive();
    }
  }

  private static Set<String> documented() throws Exception {
    Set<String> names = new TreeSet<>();
    ROW.matcher(Files.readString(DOCUMENT)).results().forEach(row -> names.add(row.group(1)));
    return names;
  }

  private static Set<String> shown(Engine engine) throws Exception {
    Set<String> names = new TreeSet<>();
    scrape(engine)
        .lines()
        .filter(line -> line.startsWith("tailrace_") || line.startsWith("kafka_"))
        .map(line -> line.replaceFirst("[{ ].*", "").replaceFirst("_(bucket|sum|count)$", ""))
        .forEach(names::add);
    return names;
  }

  private static double value(Engine engine, String series) throws Exception {
    return scrape(engine)
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }

  private static String scrape(Engine engine) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + engine.adminPort() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
