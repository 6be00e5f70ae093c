package io.tailrace.topology.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetClientTest {
  private static final String REPORT = "{\"self\": \"%s\", \"instances\": [], \"silent\": {}}";

  private final FleetClient client = new FleetClient(Optional.empty());
  private final List<HttpServer> servers = new ArrayList<>();
  private final Map<String, Integer> requests = new HashMap<>();

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  private String answering(int status, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String address = "127.0.0.1:" + server.getAddress().getPort();
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            if (exchange.getRequestURI().getPath().equals("/api/fleet")) {
              requests.merge(address, 1, Integer::sum);
            }
            byte[] bytes = body.formatted(address).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
    servers.add(server);
    return address;
  }

  private static String closed() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void asksTheNext_andStaysWithTheOneThatAnswers() throws Exception {
    String closed = closed();
    String refusing = answering(403, "{\"error\": \"admin.token: none\"}");
    String strange = answering(200, "{}");
    String good = answering(200, REPORT);

    List<String> addresses = List.of(closed, refusing, strange, good);
    FleetClient.Answer answer = client.ask(addresses);

    assertThat(answer.report().self()).isEqualTo(good);
    assertThat(answer.unreachable()).containsOnlyKeys(closed);
    assertThat(answer.refused())
        .containsEntry(refusing, "admin.token: none")
        .containsEntry(strange, "not a Tailrace instance with a console");

    assertThat(client.ask(addresses).report().self()).isEqualTo(good);
    assertThat(requests).containsEntry(refusing, 1).containsEntry(good, 2);
  }

  @Test
  void asksAnother_whenTheOneThatAnsweredIsGone() throws Exception {
    String one = answering(200, REPORT);
    String other = answering(200, REPORT);
    assertThat(client.ask(List.of(one, other)).report().self()).isEqualTo(one);

    servers.get(0).stop(0);

    assertThat(client.ask(List.of(one, other)).report().self()).isEqualTo(other);
  }

  @Test
  void doesNotAskAllInstances_whenTheyRefuse() throws Exception {
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      addresses.add(answering(401, "{\"error\": \"no\"}"));
    }

    assertThat(client.ask(addresses).report()).isNull();
    assertThat(requests).hasSize(3);
  }
}
