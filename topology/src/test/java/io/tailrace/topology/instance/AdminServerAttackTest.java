package io.tailrace.topology.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hostile clients of the admin server, which has 64 MiB of heap. */
@Timeout(90)
class AdminServerAttackTest {
  private static final int PATIENCE_MILLIS = 40_000;

  private static Process process;
  private static int port;

  private final List<Socket> sockets = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                AttackedAdminServer.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    port =
        Integer.parseInt(
            new BufferedReader(new InputStreamReader(process.getInputStream())).readLine());
  }

  @AfterAll
  static void stop() throws Exception {
    process.destroyForcibly().waitFor();
  }

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void servesOthers_besideSlowSenders_andDisconnectsThem() throws Exception {
    for (int i = 0; i < 20; i++) {
      send(connect(), "GET /metrics HTTP/1.1\r\nX-Slow: ");
    }
    for (int i = 0; i < 20; i++) {
      send(
          connect(),
          "POST /api/policies/plan HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
    }
    assertServesOthers();

    for (Socket socket : sockets) {
      untilClosed(socket);
    }
  }

  @Test
  void servesHealth_besideClientsThatDoNotReadMetrics() throws Exception {
    for (int i = 0; i < 50; i++) {
      send(connect(), "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    assertServesOthers();
  }

  @Test
  void refusesLargeHeads() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      many.append("X-").append(i).append(": 1\r\n");
    }
    for (String more : List.of(many.toString(), "X: " + "x".repeat(64 << 10))) {
      Socket socket = connect();
      try {
        send(socket, "GET /metrics HTTP/1.1\r\n" + more + "\r\n\r\n");
      } catch (IOException closed) {
        // as it may be
      }
      assertThat(untilClosed(socket)).doesNotStartWith("HTTP/1.1 200");
    }
    assertServesOthers();
  }

  @Test
  void limitsConnections() throws Exception {
    for (int i = 0; i < 1_100; i++) {
      connect();
    }
    int open = 0;
    for (Socket socket : sockets) {
      socket.setSoTimeout(1);
      try {
        open += socket.getInputStream().read() >= 0 ? 1 : 0;
      } catch (SocketTimeoutException stillOpen) {
        open++;
      } catch (IOException reset) {
        // closed
      }
    }
    assertThat(open).isLessThanOrEqualTo(1_000);
    close();
    assertServesOthers();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void assertServesOthers() throws Exception {
    HttpResponse<String> health =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/live"))
                    .timeout(Duration.ofSeconds(8)) // less than slow senders may take
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(health.body()).isEqualTo("running\n");
  }

  private static String untilClosed(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    StringBuilder answer = new StringBuilder();
    try {
      for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
        answer.append((char) b);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open, answered: " + answer, e);
    } catch (IOException reset) {
      // closed with unread bytes
    }
    return answer.toString();
  }
}
