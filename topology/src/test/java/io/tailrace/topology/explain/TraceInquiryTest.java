package io.tailrace.topology.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tailrace.serdes.TraceId;
import io.tailrace.topology.sampling.TraceAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceInquiryTest {
  private static final TraceId TRACE = new TraceId(1, 2);

  private final List<String> notes = new ArrayList<>();
  private HttpServer server;
  private String body = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        TraceInquiry.PATH,
        exchange -> {
          try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private TraceAnswer ask() {
    return new TraceInquiry(Optional.empty(), false, Duration.ZERO, notes::add)
        .ask(TRACE, List.of(address()));
  }

  @Test
  void returnsTheAnswerOfAnInstance() {
    body = "{\"trace_id\": \"%s\", \"state\": \"unknown\", \"later_field\": 1}".formatted(TRACE);

    assertThat(ask()).isEqualTo(TraceAnswer.unknown(TRACE.toHex()));
    assertThat(notes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "{\"trace_id\": \"00\"}"})
  void notesAServerThatIsNoInstance(String json) {
    body = json;

    assertThat(ask()).isNull();
    assertThat(notes).containsExactly(address() + ": not a Tailrace instance");
  }
}
