package io.tailrace.topology.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.console.Access;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final String HOST = "127.0.0.1";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private volatile AdminServer.Health live = new AdminServer.Health(true, "RUNNING");
  private volatile AdminServer.Health ready = new AdminServer.Health(false, "REBALANCING");
  private final AdminServer server =
      new AdminServer(HOST, 0, "admin.port", registry, () -> live, () -> ready);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void servesMetricsAsPrometheusText() throws Exception {
    registry.counter("tailrace.traces.decided", "outcome", "sampled").increment(3);

    HttpResponse<String> metrics = get("/metrics");

    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(metrics.body()).contains("tailrace_traces_decided_total{outcome=\"sampled\"} 3.0\n");
  }

  @Test
  void servesOpenMetricsToThoseWhoAcceptIt() throws Exception {
    registry.counter("tailrace.traces.decided", "outcome", "sampled").increment(3);

    HttpResponse<String> metrics =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(metrics.headers().firstValue("Content-Type"))
        .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(metrics.body())
        .contains("tailrace_traces_decided_total{outcome=\"sampled\"} 3.0\n")
        .endsWith("# EOF\n");
  }

  @Test
  void healthIsACode_andSaysWhy() throws Exception {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/live").body()).isEqualTo("RUNNING\n");
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").body()).isEqualTo("REBALANCING\n");

    live = new AdminServer.Health(false, "ERROR");
    ready = new AdminServer.Health(true, "RUNNING");
    assertThat(get("/health/live").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void rootListsWhatThereIs() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(200);
    assertThat(get("/").body()).contains("/metrics", "/health/live", "/health/ready");
    assertThat(get("/metrics?name=x").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/health",
        "/health/",
        "/metricsandmore",
        "/metrics/",
        "/health/live/x"
      })
  void knowsNoOtherPath(String path) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("not found\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE"})
  void isReadOnly(String method) throws Exception {
    HttpResponse<String> response =
        send(request("/metrics").method(method, HttpRequest.BodyPublishers.ofString("x")));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    assertThat(get("/metrics").statusCode()).isEqualTo(200);
  }

  @Test
  void asksForTraces_andSendsOn() throws Exception {
    assertThat(get("/traces/1").statusCode()).as("nobody to ask yet").isEqualTo(404);
    server.serveTraces(
        new Access(HOST, Optional.empty(), Optional.empty()),
        (id, withSpans) ->
            id.equals("away")
                ? AdminServer.Reply.elsewhere("http://127.0.0.1:" + server.port() + "/traces/here")
                : AdminServer.Reply.json(200, ('"' + id + '"').getBytes(StandardCharsets.UTF_8)));

    assertThat(get("/traces/here").body()).isEqualTo("\"here\"");
    assertThat(get("/traces/here").headers().firstValue("Content-Type"))
        .hasValue("application/json");
    assertThat(head("/traces/here").body()).isEmpty();
    assertThat(get("/traces/away").statusCode()).isEqualTo(307);
    assertThat(get("/traces/away").headers().firstValue("Location").orElseThrow())
        .endsWith("/traces/here");
    assertThat(send(request("/traces/here").DELETE()).statusCode()).isEqualTo(405);
  }

  @Test
  void headHasTheSameCode_andNoBody() throws Exception {
    assertThat(head("/health/ready").statusCode()).isEqualTo(503);
    assertThat(head("/metrics").statusCode()).isEqualTo(200);
    assertThat(head("/metrics").body()).isEmpty();
    assertThat(head("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void aPortInUseIsToldWithItsSetting() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      int port = taken.getLocalPort();

      assertThatThrownBy(
              () ->
                  new AdminServer(
                      HOST, port, "gateway.admin_port", registry, () -> live, () -> ready))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("gateway.admin_port: " + port + " on admin.host 127.0.0.1: ")
          .hasMessageEndingWith("(expected: a free port of an address of this machine)");
    }
  }

  @Test
  void freesItsPort_whenClosed() throws Exception {
    int port = server.port();
    server.close();

    try (AdminServer next =
        new AdminServer(HOST, port, "gateway.admin_port", registry, () -> live, () -> ready)) {
      assertThat(next.port()).isEqualTo(port);
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  private HttpResponse<String> head(String path) throws Exception {
    return send(request(path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + server.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
