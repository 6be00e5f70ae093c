package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.instance.Engine;
import io.tailrace.topology.instance.Gateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * {@code deploy/METRICS.md} names all that an instance at work shows, and nothing else; alerts and
 * dashboards ask for nothing else.
 */
class MetricsTableTest {
  private static final Path DOCUMENT = Path.of("..", "deploy", "METRICS.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `((?:tailrace|kafka|traces)_[a-z_]+)", Pattern.MULTILINE);
  private static final Pattern SERIES =
      Pattern.compile(
          "\\b((?:tailrace|kafka|traces|jvm|process|disk)_[a-z_]+)"
              + "(?:\\{(?!job=)([a-z]+)=)?"); // Prometheus adds the label job
  private static final String GATEWAY = "## The gateway\n";
  private static final String POLICIES =
      """
      policies:
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - name: rest
          type: rate_limiting
          rate_limiting: {spans_per_second: 10, group_by: [root.name]}
        - name: budget
          type: adaptive_throughput
          adaptive_throughput: {goal_throughput: 10, fingerprint_attributes: [root.name]}
        - name: objective
          type: slo_burn
          slo_burn:
            objective: 50
            bad: {type: always_sample}
            windows: [{long: 1h, short: 4m, burn_rate: 1.5}]
            min_traces: 1
        - {name: slow, shadow: true, type: latency, latency: {threshold_ms: 100}}
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
      new TestClients(kafka.bootstrapServers())
          .write("tailrace_policies", "default.shadow", POLICIES);
      traffic.writeFor(3_000, 50);
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(value(engine, "tailrace_traces_decided_total{outcome=\"sampled\"}"))
                      .isPositive());

      Awaitility.await()
          .atMost(Duration.ofMinutes(2)) // clients' meters are looked for once a minute
          .untilAsserted(() -> assertThat(shown(engine.adminPort())).isEqualTo(documented()));
      assertThat(scrape(engine)).contains("jvm_memory_used_bytes", "disk_free_bytes", "process_");
      for (String query : queries(false)) {
        assertThat(unknown(query, scrape(engine))).as(query).isEmpty();
      }
      assertThat(value(engine, "tailrace_lag_max_seconds")).isLessThan(60);
      assertThat(value(engine, "tailrace_rocksdb_memory_used_bytes")).isPositive();
    }
  }

  /** Whether or not they are sent somewhere else, too. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theGatewaysTableIsWhatItShows(boolean alsoSent) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start();
        Fleet fleet = new Fleet(kafka, directory)) {
      if (alsoSent) {
        fleet.set("TAILRACE_TELEMETRY_ENDPOINT", "http://127.0.0.1:1");
      }
      for (String port : List.of("GRPC", "HTTP", "ADMIN")) {
        fleet.set("TAILRACE_GATEWAY_" + port + "_PORT", "0");
      }
      try (Gateway gateway = Gateway.start(fleet.config(1))) {
        Awaitility.await()
            .atMost(Duration.ofMinutes(2)) // clients' meters are looked for once a minute
            .untilAsserted(
                () -> assertThat(shown(gateway.adminPort())).isEqualTo(documentedOfGateway()));
        String scrape = scrape(gateway.adminPort());
        assertThat(scrape).contains("jvm_memory_used_bytes", "process_");
        assertThat(queries(true)).hasSizeGreaterThan(4);
        for (String query : queries(true)) {
          assertThat(unknown(query, scrape)).as(query).isEmpty();
        }
      }
    }
  }

  /** What alerts and dashboards ask of gateways, or of instances. */
  private static List<String> queries(boolean ofGateways) throws Exception {
    return queries().stream()
        .filter(query -> query.contains("tailrace_gateway_") == ofGateways)
        .toList();
  }

  private static List<String> queries() throws Exception {
    List<String> queries = new ArrayList<>();
    for (String file :
        List.of(
            "prometheus/alerts.yaml", "grafana/tailrace.json", "grafana/tailrace-oncall.json")) {
      String document = Files.readString(Path.of("..", "deploy").resolve(file));
      int before = queries.size();
      addQueries(new Load(LoadSettings.builder().build()).loadFromString(document), queries);
      assertThat(queries.size() - before).as(file).isGreaterThan(10);
    }
    return queries;
  }

  private static void addQueries(Object node, List<String> queries) {
    if (node instanceof Map<?, ?> mapping) {
      mapping.forEach(
          (key, value) -> {
            if (key.equals("expr")) {
              queries.add((String) value);
            } else {
              addQueries(value, queries);
            }
          });
    } else if (node instanceof List<?> list) {
      list.forEach(each -> addQueries(each, queries));
    }
  }

  /** The series of a query, with the label it selects by, that are not shown. */
  private static List<String> unknown(String query, String scrape) {
    return SERIES
        .matcher(query)
        .results()
        .filter(
            series ->
                scrape
                    .lines()
                    .filter(line -> line.matches(series.group(1) + "[{ ].*"))
                    .noneMatch(
                        line -> series.group(2) == null || line.contains(series.group(2) + "=")))
        .map(MatchResult::group)
        .toList();
  }

  private static Set<String> documented() throws Exception {
    String document = Files.readString(DOCUMENT);
    return rows(document.substring(0, document.indexOf(GATEWAY)));
  }

  private static Set<String> documentedOfGateway() throws Exception {
    String document = Files.readString(DOCUMENT);
    return rows(document.substring(document.indexOf(GATEWAY)));
  }

  private static Set<String> rows(String section) {
    Set<String> names = new TreeSet<>();
    ROW.matcher(section).results().forEach(row -> names.add(row.group(1)));
    return names;
  }

  private static Set<String> shown(int adminPort) throws Exception {
    Set<String> names = new TreeSet<>();
    scrape(adminPort)
        .lines()
        .filter(line -> line.matches("(tailrace|kafka|traces)_.*"))
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
    return scrape(engine.adminPort());
  }

  private static String scrape(int adminPort) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
