package io.tailrace.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminPortsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final AdminPorts ports = new AdminPorts(Optional.of("t0ken"), Duration.ofSeconds(3));
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] sent = exchange.getRequestHeaders().getFirst("Authorization").getBytes();
            exchange.sendResponseHeaders(404, sent.length);
            exchange.getResponseBody().write(sent);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void asksAll_andTellsWhyOneIsSilent() throws Exception {
    String answering = "127.0.0.1:" + server.getAddress().getPort();
    String closed;
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      closed = "127.0.0.1:" + socket.getLocalPort();
    }
    try (ServerSocket stuck = new ServerSocket(0, 1, LOOPBACK)) {
      String busy = "127.0.0.1:" + stuck.getLocalPort();

      AdminPorts.Answers answers =
          ports.ask(List.of(answering, closed, busy, "no.such.invalid:1", "a b"), "/x");

      assertThat(answers.received()).containsOnlyKeys(answering);
      AdminPorts.Answer answer = answers.received().get(answering);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.body()).asString().isEqualTo("Bearer t0ken");
      assertThat(answers.silent())
          .containsOnly(
              Map.entry(closed, "connection refused"),
              Map.entry(busy, "no answer in time"),
              Map.entry("no.such.invalid:1", "unknown host"),
              Map.entry("a b", "no address (expected: host:port)"));
    }
  }

  @Test
  void namesTheSettingsOfAllThatAreSilent_inOneLine() {
    assertThat(AdminPorts.unreachable(Map.of("a:1", "unknown host")))
        .isEqualTo(
            "not reachable: a:1 (unknown host) (expected: admin.host, admin.port and"
                + " admin.advertised_host of the instance that make its admin port reachable from"
                + " here)");
  }
}
