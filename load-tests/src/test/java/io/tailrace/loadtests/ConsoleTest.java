package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.topology.instance.Engine;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the console's page asks of a fleet of two. */
class ConsoleTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String TOKEN = "s3cret-s3cret-s3cret";
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private EmbeddedKafka kafka;
  private Fleet fleet;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    fleet = new Fleet(kafka, directory).set("TAILRACE_DECISION_WAIT", "1s");
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void eachInstanceTellsOfTheWholeFleet() throws Exception {
    new TestClients(kafka.bootstrapServers()).createTopic("otlp_spans", 4);
    Engine one = fleet.start(1);
    Engine two = fleet.start(2);
    new TestClients(kafka.bootstrapServers()).write("tailrace_policies", "default", ERRORS);
    long spans;
    try (TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      traffic.writeFor(3_000, 100);
      spans = traffic.traces() * TestTraffic.SPANS_PER_TRACE;
    }

    for (Engine asked : List.of(one, two)) {
      await()
          .atMost(BOUND)
          .untilAsserted(() -> assertThat(sum(ok(asked, "fleet"), "spans")).isEqualTo(spans));
      JsonNode report = ok(asked, "fleet");
      assertThat(report.at("/self").asText()).isEqualTo(address(asked));
      assertThat(report.at("/silent")).isEmpty();
      assertThat(texts(report.at("/instances"), "address"))
          .containsExactlyInAnyOrder(address(one), address(two));
      List<String> judging = new ArrayList<>();
      for (JsonNode instance : report.at("/instances")) {
        assertThat(instance.at("/state").asText()).isEqualTo("RUNNING");
        assertThat(instance.at("/policies/default/accepted/version").asLong()).isEqualTo(1);
        for (JsonNode partition : instance.at("/partitions")) {
          if (partition.hasNonNull("traces")) {
            judging.add(partition.at("/topic").asText() + partition.at("/partition").asText());
          }
        }
      }
      assertThat(judging)
          .as("each partition once")
          .hasSize(4)
          .doesNotHaveDuplicates()
          .allMatch(name -> name.startsWith("tailrace_spans_by_trace"));
    }

    long traces = spans / TestTraffic.SPANS_PER_TRACE;
    await()
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertThat(ok(one, "fleet").at("/figures/policies/0/hour/traces").asLong())
                    .isEqualTo(traces / 2));
    JsonNode figures = ok(two, "fleet").at("/figures");
    assertThat(figures.at("/policies/0/policy").asText()).isEqualTo("errors");
    assertThat(figures.at("/policies/0/hour/spans").asLong()).isEqualTo(spans / 2);
    assertThat(figures.at("/policies/0/hour/votes/sampled").asLong()).isEqualTo(traces / 2);
    assertThat(figures.at("/policies/0/hour/votes/not_sampled").asLong()).isEqualTo(traces / 2);
    CommandRun top =
        CommandRun.of("top", "--plain", "--bootstrap-servers", kafka.bootstrapServers());
    assertThat(top.exitCode()).as(top.err()).isZero();
    assertThat(top.out())
        .startsWith("fleet: 2 of 2 instances; ")
        .contains("50% of traces kept", "\nPOLICY ", "\nerrors ")
        .containsPattern("(?m)^" + address(one) + " +running +1 +2 ")
        .containsPattern("(?m)^" + address(two) + " +running +1 +2 ")
        .doesNotContain("\u001b", "no answer");

    JsonNode verdicts = ok(two, "verdicts");
    assertThat(texts(verdicts, "decision")).contains("sampled", "not_sampled");
    JsonNode kept = find(verdicts, "decision", "sampled");
    assertThat(kept.at("/policy").asText()).isEqualTo("errors");
    assertThat(kept.at("/votes/errors").asText()).isEqualTo("sampled");
    assertThat(
            ok(two, "traces/" + kept.at("/trace_id").asText())
                .at("/answer/recorded/kept")
                .asBoolean())
        .isTrue();

    assertThat(kept.at("/adjusted_count").asDouble()).isEqualTo(1);
    for (Engine asked : List.of(one, two)) {
      JsonNode operations = ok(asked, "operations?limit=1000&sort=kept");
      assertThat(operations.at("/silent")).isEmpty();
      assertThat(sumOf(operations, "calls")).isEqualTo(traces);
      assertThat(sumOf(operations, "kept")).isEqualTo(traces / 2);
      JsonNode first = operations.at("/operations/0");
      assertThat(first.at("/policies/0/policy").asText()).isEqualTo("errors");
      assertThat(first.at("/recent/0/trace_id").asText()).hasSize(32);
      assertThat(first.at("/buckets")).hasSize(operations.at("/bounds").size() + 1);
      assertThat(ok(asked, "operations?q=no%20such").at("/matching").asInt()).isZero();
    }
    assertThat(ok(one, "instance/operations")).as("it has a part").isNotEmpty();

    String dropped = find(verdicts, "decision", "not_sampled").at("/trace_id").asText();
    JsonNode keep = ok(one, "traces/" + dropped + "/keep", Map.of("author", "anna"));
    assertThat(keep.at("/is_kept").asBoolean()).as(keep.toString()).isTrue();
    assertThat(keep.at("/told").asText()).contains("exported " + TestTraffic.SPANS_PER_TRACE);
    assertRefused(post(one, "traces/12/keep", Map.of()), 400, "trace id (expected");

    String gone = address(two);
    two.close();
    await()
        .atMost(BOUND)
        .untilAsserted(() -> assertThat(ok(one, "fleet").at("/instances")).hasSize(1));
    await()
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertThat(ok(one, "fleet").toString())
                    .as("it left in order")
                    .doesNotContain(gone));
  }

  @Test
  void eachInstanceShowsTheBudgetsAndKeysOfTheFleet() throws Exception {
    new TestClients(kafka.bootstrapServers()).createTopic("otlp_spans", 4);
    Engine one = fleet.start(1);
    Engine two = fleet.start(2);
    new TestClients(kafka.bootstrapServers())
        .write(
            "tailrace_policies",
            "default",
            """
            policies:
              - name: budget
                type: adaptive_throughput
                adaptive_throughput:
                  goal_throughput: 40
                  fingerprint_attributes: [root.service]
                  adjustment_interval: 1s
              - name: objective
                type: slo_burn
                slo_burn:
                  objective: 50
                  bad: {type: always_sample}
                  key: [root.service]
                  windows: [{long: 1h, short: 5m, burn_rate: 1.5}]
                  min_traces: 10
            """);
    try (TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      traffic.writeFor(10_000, 100);
    }
    for (Engine asked : List.of(one, two)) {
      await()
          .atMost(BOUND)
          .untilAsserted(
              () -> {
                JsonNode burns = ok(asked, "burns");
                assertThat(burns).hasSize(1);
                assertThat(burns.at("/0/policy").asText()).isEqualTo("objective");
                assertThat(burns.at("/0/burning")).hasSize(1);
                assertThat(burns.at("/0/burning/0/text").asText()).isEqualTo("shop");
                assertThat(burns.at("/0/burning/0/partitions").asInt()).isEqualTo(4);
                assertThat(burns.at("/0/burning/0").has("until")).isFalse();
                assertThat(burns.at("/0/rate").asDouble()).isEqualTo(2);
              });
      await()
          .atMost(BOUND)
          .untilAsserted(
              () -> {
                JsonNode budgets = ok(asked, "budgets");
                assertThat(budgets).hasSize(1);
                assertThat(budgets.at("/0/policy").asText()).isEqualTo("budget");
                assertThat(budgets.at("/0/goal").asDouble())
                    .as("parts of all partitions")
                    .isEqualTo(40);
                assertThat(budgets.at("/0/top")).hasSize(1);
                assertThat(budgets.at("/0/top/0/text").asText()).isEqualTo("shop");
                assertThat(budgets.at("/0/top/0/spans").asDouble()).isPositive();
              });
    }
    double share = ok(one, "instance/budgets").at("/0/goal").asDouble();
    assertThat(share + ok(two, "instance/budgets").at("/0/goal").asDouble()).isEqualTo(40);
  }

  @Test
  void policiesArePublished_byWhoHasSeenWhatHolds() throws Exception {
    Engine one = fleet.start(1);
    Map<String, Object> publication =
        Map.of("document", ERRORS, "author", "anna", "comment", "errors only", "based_on", 0);

    JsonNode faults = ok(one, "policies/validate", Map.of("document", "policies: [{name: a}]"));
    assertThat(faults.at("/valid").asBoolean()).isFalse();
    assertThat(faults.at("/faults/0/message").asText()).startsWith("policies[0].type: absent");
    assertThat(faults.at("/faults/0/line").asInt()).isEqualTo(1);
    JsonNode waits =
        ok(one, "policies/validate", Map.of("document", "{decision_wait: 9h, " + ERRORS + "}"));
    assertThat(waits.at("/faults/0/message").asText()).contains("decision_wait", "at most");

    assertThat(ok(one, "policies/publish", publication).at("/version").asLong()).isEqualTo(1);

    await().atMost(BOUND).until(() -> PolicyGauges.version(one) == 1);
    JsonNode overview = ok(one, "policies");
    assertThat(overview.at("/active/document").asText()).isEqualTo(ERRORS);
    assertThat(overview.at("/versions/0/author").asText()).isEqualTo("anna");
    assertThat(overview.at("/versions/0/comment").asText()).isEqualTo("errors only");
    assertThat(ok(one, "policies/1").at("/document").asText()).isEqualTo(ERRORS);
    assertThat(ok(one, "status").at("/0/accepted/version").asLong()).isEqualTo(1);

    HttpResponse<String> outdated = post(one, "policies/publish", publication);
    assertThat(outdated.statusCode()).isEqualTo(409);
    assertThat(outdated.body()).contains("version 1 by anna was published meanwhile");
    assertThat(PolicyGauges.version(one)).isEqualTo(1);
  }

  @Test
  void policiesArePlanned_thenPublishedAsShadow_promoted_andRolledBack() throws Exception {
    Engine one = fleet.start(1);
    String redacting = "redaction: {allow_all_keys: true}\n" + ERRORS;
    assertThat(ok(one, "policies/publish", Map.of("document", redacting)).at("/version").asLong())
        .isEqualTo(1);
    assertRefused(
        post(one, "policies/publish", Map.of("mode", "promote", "based_on", 1)),
        502,
        "no shadow set is published as default.shadow");

    Map<String, Object> shadow = Map.of("mode", "shadow", "document", ERRORS);
    JsonNode plan = ok(one, "policies/plan", shadow);
    assertThat(plan.at("/name").asText()).isEqualTo("default.shadow");
    assertThat(plan.at("/document").asText()).isEqualTo(ERRORS);
    assertThat(plan.at("/warnings")).as("a shadow set exports nothing").isEmpty();
    assertThat(ok(one, "policies/publish", shadow).at("/version").asLong()).isEqualTo(2);
    assertRefused(post(one, "policies/publish", shadow), 409, "version 2 of the shadow set by");

    Map<String, Object> promotion =
        Map.of("mode", "promote", "based_on", 1, "based_on_shadow", 2, "author", "anna");
    JsonNode promoted = ok(one, "policies/plan", promotion);
    assertThat(promoted.at("/before").asText()).isEqualTo(redacting);
    assertThat(promoted.at("/document").asText()).isEqualTo(ERRORS);
    assertThat(promoted.at("/comment").asText()).isEqualTo("promote version 2 of default.shadow");
    assertThat(promoted.at("/warnings").toString())
        .as("as the command warns")
        .contains("the active document has redaction", "leave without it");
    assertThat(ok(one, "policies").at("/active/version").asLong()).as("only planned").isEqualTo(1);
    assertThat(ok(one, "policies/publish", promotion).at("/version").asLong()).isEqualTo(3);
    assertThat(ok(one, "policies").at("/active/author").asText()).isEqualTo("anna");
    assertThat(ok(one, "policies").at("/shadow").hasNonNull("document")).isFalse();

    Map<String, Object> temporary =
        Map.of(
            "mode", "temporary",
            "for", "30m",
            "document", "policies: [{name: all, type: always_sample}]",
            "based_on", 3);
    assertThat(ok(one, "policies/plan", temporary).at("/comment").asText())
        .startsWith("until ")
        .endsWith(": all");
    assertThat(ok(one, "policies/publish", temporary).at("/document").asText())
        .contains("expires_at", "errors");
    assertRefused(
        post(
            one,
            "policies/plan",
            Map.of("mode", "temporary", "for", "30m", "document", "decision_wait: 5s\n" + ERRORS)),
        422,
        "decision_wait (expected: with --for, policies only)");
    assertRefused(
        post(one, "policies/plan", Map.of("mode", "temporary", "document", ERRORS)),
        400,
        "for (expected: a duration such as 15m)");

    Map<String, Object> rollback = Map.of("mode", "rollback", "version", 1, "based_on", 5);
    JsonNode rolledBack = ok(one, "policies/publish", rollback);
    assertThat(rolledBack.at("/document").asText()).isEqualTo(redacting);
    assertThat(rolledBack.at("/comment").asText()).isEqualTo("rollback to version 1");
    await().atMost(BOUND).until(() -> PolicyGauges.version(one) == 6);
    assertRefused(
        post(one, "policies/plan", Map.of("mode", "rollback", "version", 99)), 502, "version 99");
    assertRefused(
        post(one, "policies/plan", Map.of("mode", "none")), 400, "mode: none (expected: one of");
  }

  @Test
  void badInputIsRefused_andNamesWhatIsWrong() throws Exception {
    Engine one = fleet.start(1);

    assertRefused(get(one, "nothing"), 404, "not found");
    assertRefused(get(one, "traces/12"), 400, "trace id (expected: 32 hex characters)");
    assertRefused(get(one, "operations?sort=size"), 400, "sort: size (expected: one of calls, ");
    assertRefused(get(one, "operations?limit=0"), 400, "limit: 0 (expected: 1 to 10000)");
    assertRefused(get(one, "policies/17"), 502, "version 17: not known");
    assertRefused(get(one, "policies/x"), 400, "version (expected: a number)");
    assertRefused(get(one, "jobs/1"), 404, "job: not known");
    assertRefused(send(posting(one, "policies/validate", "[1]")), 400, "a JSON object");
    assertRefused(post(one, "policies/validate", Map.of("document", 1)), 400, "document (expected");
    assertRefused(
        post(one, "policies/validate", Map.of("document", "x".repeat(1 << 20))), 413, "1MiB");
    assertRefused(
        post(one, "policies/publish", Map.of("document", "policies: 7")), 422, "policies: 7");
    assertRefused(
        post(one, "policies/simulate", Map.of("document", ERRORS, "since", "2h")),
        400,
        "since: 7200s (expected: at most 1h)");
    assertRefused(
        post(one, "policies/publish", Map.of("document", ERRORS, "author", "x".repeat(501))),
        400,
        "author (expected: at most 500 characters)");
    assertThat(ok(one, "policies").at("/versions")).isEmpty();
  }

  @Test
  void simulatesBesideWhatHolds() throws Exception {
    Engine one = fleet.start(1);
    try (TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      traffic.writeFor(3_000, 100);
    }
    Map<String, Object> everything =
        Map.of(
            "document",
            "{decision_wait: 1s, policies: [{name: all, type: always_sample}]}",
            "since",
            "5m");

    await()
        .atMost(BOUND)
        .untilAsserted(
            () -> {
              JsonNode started = ok(one, "policies/simulate", everything);
              String job = "jobs/" + started.at("/id").asText();
              await()
                  .atMost(BOUND)
                  .until(() -> !ok(one, job).at("/state").asText().equals("running"));
              JsonNode ended = ok(one, job);
              assertThat(ended.at("/state").asText()).as(ended.toString()).isEqualTo("done");
              assertThat(ended.at("/result/compared_with/policies").asText())
                  .isEqualTo("current, version 0");
              assertThat(ended.at("/result/difference/only_here/kept/traces").asLong())
                  .isPositive();
            });
  }

  @Test
  void wantsTheToken_whereItIsSet() throws Exception {
    fleet.set("TAILRACE_ADMIN_TOKEN", TOKEN);
    Engine one = fleet.start(1);
    Engine two = fleet.start(2);
    String unknown = "/traces/" + "0".repeat(31) + "1";

    assertThat(send(to(one, "/")).statusCode()).as("it asks for the token").isEqualTo(200);
    assertThat(send(to(one, "/metrics")).statusCode()).isEqualTo(200);
    assertThat(send(to(one, "/health/live")).statusCode()).isEqualTo(200);
    assertThat(send(to(one, "/health/ready")).statusCode()).as("not while it joins").isIn(200, 503);
    assertRefused(get(one, "fleet"), 401, "Bearer");
    assertThat(send(to(one, unknown)).statusCode()).isEqualTo(401);
    assertThat(send(to(one, "/api/fleet").header("Authorization", "Bearer " + TOKEN + "x")))
        .matches(refused -> refused.statusCode() == 401);

    String bearer = "Bearer " + TOKEN;
    assertThat(send(to(one, unknown).header("Authorization", bearer)).statusCode()).isIn(404, 307);
    await()
        .atMost(BOUND)
        .untilAsserted(
            () -> {
              HttpResponse<String> report =
                  send(to(one, "/api/fleet").header("Authorization", bearer));
              assertThat(report.statusCode()).isEqualTo(200);
              assertThat(texts(JSON.readTree(report.body()).at("/instances"), "address"))
                  .as("they bring it to each other")
                  .containsExactlyInAnyOrder(address(one), address(two));
            });

    String brokers = kafka.bootstrapServers();
    CommandRun without = CommandRun.of("top", "--once", "--bootstrap-servers", brokers);
    assertThat(without.exitCode()).isEqualTo(1);
    assertThat(without.out())
        .startsWith("fleet: 0 of 2 instances answer")
        .contains(address(one) + ": Authorization (expected: Bearer");
    Path withToken =
        Files.writeString(
            directory.resolve("tailrace.yaml"),
            "{admin: {token: %s}, kafka: {bootstrap.servers: '%s'}}".formatted(TOKEN, brokers));
    CommandRun with = CommandRun.of("top", "--once", "--config", withToken.toString());
    assertThat(with.out()).startsWith("fleet: 2 of 2 instances").contains(address(two));
    assertThat(with.exitCode()).isZero();
  }

  @Test
  void staysShut_whereEverybodyCanAskAndThereIsNoToken() throws Exception {
    fleet.set("TAILRACE_ADMIN_HOST", "0.0.0.0").set("TAILRACE_ADMIN_ADVERTISED_HOST", "127.0.0.1");
    Engine one = fleet.start(1);

    assertRefused(send(to(one, "/")), 403, "set TAILRACE_ADMIN_TOKEN to enable the console");
    assertRefused(get(one, "fleet"), 403, "admin.token");
    assertRefused(get(one, "instance"), 403, "admin.token");
    assertRefused(send(to(one, "/traces/" + "0".repeat(31) + "1?spans=true")), 403, "admin.token");
    assertThat(send(to(one, "/traces/" + "0".repeat(31) + "1")).statusCode()).isEqualTo(404);
    assertThat(send(to(one, "/metrics")).statusCode()).isEqualTo(200);
  }

  private static void assertRefused(HttpResponse<String> response, int status, String why) {
    assertThat(response.body()).contains(why);
    assertThat(response.statusCode()).isEqualTo(status);
  }

  private static double sum(JsonNode report, String series) {
    double sum = 0;
    for (JsonNode value : report.at("/figures/series/" + series)) {
      sum += value.asDouble(0);
    }
    return sum;
  }

  private static List<String> texts(JsonNode list, String field) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.get(field).asText()));
    return texts;
  }

  private static JsonNode find(JsonNode list, String field, String value) {
    for (JsonNode item : list) {
      if (item.get(field).asText().equals(value)) {
        return item;
      }
    }
    throw new AssertionError("no " + field + " " + value + " in " + list);
  }

  private static long sumOf(JsonNode operations, String count) {
    long sum = 0;
    for (JsonNode operation : operations.at("/operations")) {
      sum += operation.at("/" + count).asLong();
    }
    return sum;
  }

  private JsonNode ok(Engine engine, String path) throws Exception {
    return ok(get(engine, path));
  }

  private JsonNode ok(Engine engine, String path, Object body) throws Exception {
    return ok(post(engine, path, body));
  }

  private static JsonNode ok(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private HttpResponse<String> get(Engine engine, String path) throws Exception {
    return send(to(engine, "/api/" + path));
  }

  private HttpResponse<String> post(Engine engine, String path, Object body) throws Exception {
    return send(posting(engine, path, JSON.writeValueAsString(body)));
  }

  private static HttpRequest.Builder posting(Engine engine, String path, String body) {
    return to(engine, "/api/" + path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static HttpRequest.Builder to(Engine engine, String path) {
    return HttpRequest.newBuilder(URI.create("http://" + address(engine) + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String address(Engine engine) {
    return "127.0.0.1:" + engine.adminPort();
  }
}
