package io.tailrace.topology.gateway;

import static io.tailrace.topology.gateway.AttackedReceiver.MAX_REQUEST;
import static io.tailrace.topology.gateway.AttackedReceiver.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile HTTP senders. Others must be served meanwhile, with bounded memory. */
@Timeout(60)
class HttpAttackTest {
  private static final String HEAD =
      "POST /v1/traces HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  private final List<Socket> sockets = new ArrayList<>();
  private AttackedReceiver attacked;

  @BeforeEach
  void start() throws Exception {
    attacked = new AttackedReceiver(Duration.ofSeconds(2));
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    attacked.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/", // request line
        HEAD + "X-Slow: ", // headers
        HEAD + "Content-Length: 200000\r\n\r\n", // body
        HEAD + "Transfer-Encoding: chunked\r\n\r\n20000\r\n" // chunk
      })
  void disconnectsASenderThatDripsItsRequest(String begin) throws Exception {
    for (int i = 0; i < 10; i++) {
      send(connect(), begin);
    }
    attacked.assertServesOthers();

    for (Socket socket : sockets) {
      dripUntilClosed(socket);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 9223372036854775807\r\n\r\n",
        "Content-Length: 16777216\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n"
      })
  void refusesABodyWithoutEnd(String kind) throws Exception {
    Socket socket = connect();
    send(socket, HEAD + kind);

    String answer = floodUntilClosed(socket, "x".repeat(8 << 10));

    assertThat(answer).startsWith("HTTP/1.1 413 ");
    attacked.assertServesOthers();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: -1\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nno number\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-5\r\n",
      })
  void refusesALengthThatIsNone_andDisconnects(String length) throws Exception {
    Socket socket = connect();
    send(socket, HEAD + length);

    assertThat(untilClosed(socket)).startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /", HEAD + "X-Large: ", HEAD + "X: 1\r\n"})
  void refusesAHeadThatIsTooLarge(String begin) throws Exception {
    Socket socket = connect();
    send(socket, begin);

    String piece = begin.endsWith("\n") ? "X-Many: 1\r\n".repeat(100) : "x".repeat(1024);
    assertThat(floodUntilClosed(socket, piece)).startsWith("HTTP/1.1 400 ");
    attacked.assertServesOthers();
  }

  @Test
  void acceptsABodyInChunksOfOneByte() throws Exception {
    Socket socket = connect();
    String body = "{" + " ".repeat(20_000) + "}";
    StringBuilder chunks = new StringBuilder(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
    body.chars().forEach(c -> chunks.append("1\r\n").append((char) c).append("\r\n"));
    send(socket, chunks.append("0\r\nConnection: x\r\n\r\n").toString());

    socket.setSoTimeout(PATIENCE_MILLIS);
    assertThat(new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
        .isEqualTo("HTTP/1.1 200 OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", HEAD + "Content-Length: 2\r\n\r\n{}"})
  void readsNoMoreRequests_fromASenderThatReadsNoAnswers(String request) throws Exception {
    try (SocketChannel channel = SocketChannel.open()) {
      channel.connect(new InetSocketAddress("127.0.0.1", attacked.http()));
      channel.configureBlocking(false);
      ByteBuffer requests = ByteBuffer.wrap(request.repeat(1000).getBytes());
      long written = 0;
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
      boolean isOpen = true;
      while (isOpen && System.nanoTime() < end) {
        try {
          written += channel.write(requests);
        } catch (IOException closed) {
          isOpen = false;
        }
        if (!requests.hasRemaining()) {
          requests.rewind();
        }
        assertThat(written).isLessThan(64 << 20); // buffers of the sockets, and a few answers
      }
      assertThat(isOpen).as("open, though no answer is read").isFalse();
    }
    attacked.assertServesOthers();
  }

  @Test
  void limitsTheMemoryOfRequestsThatAreBeingReceived() throws Exception {
    int size = MAX_REQUEST - 1000;
    for (int i = 0; i < 40; i++) { // 10 MiB
      Socket socket = connect();
      send(socket, HEAD + "Content-Length: " + MAX_REQUEST + "\r\n\r\n" + " ".repeat(size));
    }
    attacked.assertServesOthers();

    // The first ones were closed at once, not by a timeout.
    assertThat(untilClosed(sockets.get(0))).isEmpty();
    AttackedReceiver.until(() -> attacked.transferBytes() <= AttackedReceiver.TRANSFER_BYTES);
  }

  @Test
  void reservesNoMemoryForABodyThatIsOnlyAnnounced() throws Exception {
    Socket socket = connect();
    int sent = 10_000;
    send(socket, HEAD + "Content-Length: " + MAX_REQUEST + "\r\n\r\n" + " ".repeat(sent));

    AttackedReceiver.until(() -> attacked.transferBytes() >= sent);
    assertThat(attacked.transferBytes())
        .isLessThanOrEqualTo(4 * sent + Transfers.REQUEST_BYTES)
        .isLessThan(MAX_REQUEST);
  }

  @Test
  void idleConnectionsGiveWayToSenders() throws Exception {
    for (int i = 0; i < 3 * AttackedReceiver.MAX_CONNECTIONS; i++) {
      connect();
    }
    attacked.assertServesOthers();
    assertThat(untilClosed(sockets.get(0))).isEmpty();
  }

  @Test
  void listensOn_whenConnectionsComeFasterThanTheyAreRegistered() throws Exception {
    try (AttackedReceiver narrow = new AttackedReceiver(1, Duration.ofSeconds(2))) {
      for (int i = 0; i < 500; i++) {
        new Socket("127.0.0.1", narrow.http()).close();
      }
      narrow.assertServesOthers();
    }
  }

  @Test
  void aSenderKeepsItsConnection_whenIdleOnesFlood() throws Exception {
    Socket sender = connect();
    String request = HEAD + "Content-Length: 2\r\n\r\n{}";
    send(sender, request);
    sender.setSoTimeout(PATIENCE_MILLIS);
    assertThat(readAnswer(sender)).startsWith("HTTP/1.1 200 OK");

    for (int i = 0; i < 3 * AttackedReceiver.MAX_CONNECTIONS; i++) {
      connect();
    }

    send(sender, request);
    assertThat(readAnswer(sender)).startsWith("HTTP/1.1 200 OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {PROTOBUF, JSON})
  void refusesAZipBomb(String type) throws Exception {
    byte[] bomb = AttackedReceiver.members(230, 1 << 20, ' ');
    assertThat(bomb.length).isLessThan(MAX_REQUEST);
    try (OtlpClient client = new OtlpClient(attacked.receiver)) {
      HttpResponse<byte[]> answer =
          client.http(type, bomb, "Content-Encoding", "gzip").get(10, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(413);
    }
  }

  @Test
  void refusesEmptyMembersOfGzip_thatMakeTheJdkRecurse() throws Exception {
    byte[] members = AttackedReceiver.members(12_000, 0, ' ');
    assertThat(members.length).isLessThan(MAX_REQUEST);
    try (OtlpClient client = new OtlpClient(attacked.receiver)) {
      for (int i = 0; i < 8; i++) {
        HttpResponse<byte[]> answer =
            client.http(JSON, members, "Content-Encoding", "gzip").get(10, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("empty members");
      }
    }
    AttackedReceiver.until(() -> attacked.inFlight() == 0);
    attacked.assertServesOthers();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"resourceSpans\":[", "{\"a\":", "{\"arrayValue\":{\"values\":["})
  void refusesJsonThatIsNestedTooDeeply(String level) throws Exception {
    String deep = level.repeat(100_000 / level.length());
    String inValue =
        "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"a\",\"value\":" + deep;
    try (OtlpClient client = new OtlpClient(attacked.receiver)) {
      for (String body : List.of(deep, inValue)) {
        assertThat(client.http(JSON, body.getBytes()).get(10, TimeUnit.SECONDS).statusCode())
            .isEqualTo(400);
      }
    }
    AttackedReceiver.until(() -> attacked.inFlight() == 0);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", attacked.http());
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String readAnswer(Socket from) throws IOException {
    byte[] bytes = new byte[4096];
    return new String(bytes, 0, from.getInputStream().read(bytes), StandardCharsets.US_ASCII);
  }

  /** Sends a byte at a time. */
  private static void dripUntilClosed(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    InputStream in = socket.getInputStream();
    socket.setSoTimeout(50);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (System.nanoTime() < end) {
      try {
        if (in.read() < 0) {
          return;
        }
      } catch (SocketTimeoutException stillOpen) {
        // the next byte
      } catch (IOException closed) {
        return;
      }
      try {
        out.write('1');
      } catch (IOException closed) {
        return;
      }
    }
    throw new AssertionError("open for " + PATIENCE_MILLIS + " ms");
  }

  /** Sends these bytes again and again; returns what was answered before the connection closed. */
  private static String floodUntilClosed(Socket socket, String piece) throws Exception {
    Thread flood =
        new Thread(
            () -> {
              try {
                while (true) {
                  send(socket, piece);
                }
              } catch (IOException closed) {
                // as expected
              }
            });
    flood.setDaemon(true);
    flood.start();
    String answer = untilClosed(socket);
    socket.close();
    flood.join();
    return answer;
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
