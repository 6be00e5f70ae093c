package io.tailrace.topology.gateway;

import static io.tailrace.topology.gateway.AttackedReceiver.MAX_REQUEST;
import static io.tailrace.topology.gateway.AttackedReceiver.PATIENCE_MILLIS;
import static io.tailrace.topology.gateway.Http2Attacker.CONTINUATION;
import static io.tailrace.topology.gateway.Http2Attacker.DATA;
import static io.tailrace.topology.gateway.Http2Attacker.END_HEADERS;
import static io.tailrace.topology.gateway.Http2Attacker.END_STREAM;
import static io.tailrace.topology.gateway.Http2Attacker.GO_AWAY;
import static io.tailrace.topology.gateway.Http2Attacker.HEADERS;
import static io.tailrace.topology.gateway.Http2Attacker.NONE;
import static io.tailrace.topology.gateway.Http2Attacker.NO_WINDOW;
import static io.tailrace.topology.gateway.Http2Attacker.PING;
import static io.tailrace.topology.gateway.Http2Attacker.RST_STREAM;
import static io.tailrace.topology.gateway.Http2Attacker.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hostile gRPC senders. Others must be served meanwhile, with bounded memory. */
@Timeout(60)
class GrpcAttackTest {
  private static final byte[] CANCEL = {0, 0, 0, 8};
  private static final byte[] MESSAGE_OF_200_KB = {0, 0, 3, 0x0d, 0x40};
  private static final int FRAME_BYTES = 16 << 10;
  private static final byte[] EMPTY_MESSAGE = {0, 0, 0, 0, 0};

  private final List<Http2Attacker> attackers = new ArrayList<>();
  private AttackedReceiver attacked;

  @BeforeEach
  void start() throws Exception {
    attacked = new AttackedReceiver(Duration.ofSeconds(2));
  }

  @AfterEach
  void stop() throws Exception {
    for (Http2Attacker attacker : attackers) {
      attacker.close();
    }
    attacked.close();
  }

  @Test
  void disconnectsASenderThatResetsItsCallsAtOnce() throws Exception {
    Http2Attacker attacker = attacker(NONE);
    flood(attacker, i -> attacker.export(2 * i + 1).frame(RST_STREAM, 0, 2 * i + 1, CANCEL), 1_000);

    assertThat(attacker.untilClosed(PATIENCE_MILLIS)).anyMatch(frame -> frame.is(GO_AWAY));
    attacked.assertServesOthers();
  }

  @Test
  void disconnectsASenderWhoseHeadersDoNotEnd() throws Exception {
    Http2Attacker attacker = attacker(NONE);
    attacker.frame(HEADERS, 0, 1, Http2Attacker.exportHeaders());
    ByteArrayOutputStream more = new ByteArrayOutputStream();
    Http2Attacker.header(more, "x-bomb", "x".repeat(100));
    flood(attacker, i -> attacker.frame(CONTINUATION, 0, 1, more.toByteArray()), 10_000);

    attacker.untilClosed(PATIENCE_MILLIS);
    attacked.assertServesOthers();
  }

  @Test
  void disconnectsASenderOfEmptyContinuations() throws Exception {
    Http2Attacker attacker = attacker(NONE);
    attacker.frame(HEADERS, 0, 1, Http2Attacker.exportHeaders());
    flood(attacker, i -> attacker.frame(CONTINUATION, 0, 1, NONE), 10_000);

    attacker.untilClosed(PATIENCE_MILLIS);
    attacked.assertServesOthers();
  }

  @Test
  void disconnectsASenderOfPings() throws Exception {
    Http2Attacker attacker = attacker(NONE);
    flood(attacker, i -> attacker.frame(PING, 0, 0, new byte[8]), 100_000);

    attacker.untilClosed(PATIENCE_MILLIS);
    attacked.assertServesOthers();
  }

  @Test
  void disconnectsASenderOfSettings_thatReadsNothing() throws Exception {
    Http2Attacker attacker = attacker(NONE);
    flood(attacker, i -> attacker.frame(SETTINGS, 0, 0, NO_WINDOW), 10_000_000);

    attacker.untilClosed(PATIENCE_MILLIS);
    attacked.assertServesOthers();
  }

  @Test
  void disconnectsASenderOfEmptyFrames() throws Exception {
    Http2Attacker attacker = attacker(NONE);
    attacker.export(1);
    flood(attacker, i -> attacker.frame(DATA, 0, 1, NONE), 10_000_000);

    attacker.untilClosed(PATIENCE_MILLIS);
    attacked.assertServesOthers();
  }

  @Test
  void disconnectsASenderOfFramesOfOneByte() throws Exception {
    Http2Attacker attacker = attacker(NONE);
    attacker.export(1).frame(DATA, 0, 1, MESSAGE_OF_200_KB);
    flood(attacker, i -> attacker.frame(DATA, 0, 1, new byte[1]), 200_000);

    assertThat(attacker.untilClosed(PATIENCE_MILLIS)).anyMatch(frame -> frame.is(GO_AWAY));
    attacked.assertServesOthers();
  }

  @Test
  void refusesMoreCallsOfAConnection_andEndsThoseThatDoNotSend() throws Exception {
    Http2Attacker attacker = attacker(NONE);
    for (int i = 0; i < 200; i++) {
      attacker.export(2 * i + 1);
    }
    attacker.flush();
    attacked.assertServesOthers();

    attacker.socket().setSoTimeout(PATIENCE_MILLIS);
    int refused = 0;
    int ended = 0;
    while (refused + ended < 200) {
      Http2Attacker.Frame frame = attacker.read();
      if (frame.is(RST_STREAM) && frame.payload()[3] == 7) { // REFUSED_STREAM
        refused++;
      } else if (frame.is(HEADERS)) {
        ended++;
      }
    }
    assertThat(refused).isEqualTo(100);
    assertThat(ended).isEqualTo(100);
    AttackedReceiver.until(() -> attacked.transferBytes() == 0);
  }

  @Test
  void endsACallThatDripsItsMessage() throws Exception {
    Http2Attacker attacker = attacker(NONE);
    attacker.export(1).frame(DATA, 0, 1, MESSAGE_OF_200_KB).flush();
    attacker.socket().setSoTimeout(50);
    boolean isOpen = true;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (isOpen && System.nanoTime() < end) {
      try {
        isOpen = !attacker.read().is(HEADERS);
      } catch (java.net.SocketTimeoutException stillOpen) {
        attacker.frame(DATA, 0, 1, new byte[1]).flush();
      }
    }
    assertThat(isOpen).as("open after " + PATIENCE_MILLIS + " ms").isFalse();
    assertThat(attacked.refused("busy")).isEqualTo(1);
    attacked.assertServesOthers();
  }

  @Test
  void limitsTheMemoryOfMessagesThatAreBeingReceived() throws Exception {
    for (int i = 0; i < 20; i++) {
      Http2Attacker attacker = attacker(NONE);
      for (int call = 0; call < 5; call++) { // 20 MB in all
        attacker.export(2 * call + 1).frame(DATA, 0, 2 * call + 1, MESSAGE_OF_200_KB);
        for (int part = 0; part < 12; part++) {
          attacker.frame(DATA, 0, 2 * call + 1, new byte[16 << 10]);
        }
      }
      try {
        attacker.flush();
      } catch (IOException closed) {
        // as it may be
      }
    }
    AttackedReceiver.until(() -> attacked.refused("busy") > 50);
    attacked.assertServesOthers();
    assertThat(attacked.transferBytes()).isLessThanOrEqualTo(AttackedReceiver.TRANSFER_BYTES);
    AttackedReceiver.until(() -> attacked.transferBytes() == 0);
  }

  @Test
  void resetsCallsWhoseAnswersAreNotRead() throws Exception {
    Http2Attacker attacker = attacker(NO_WINDOW);
    for (int i = 0; i < 50; i++) {
      attacker.export(2 * i + 1).frame(DATA, END_STREAM, 2 * i + 1, EMPTY_MESSAGE);
    }
    attacker.flush();
    attacked.assertServesOthers();

    attacker.socket().setSoTimeout(PATIENCE_MILLIS);
    int resets = 0;
    while (resets < 50) {
      resets += attacker.read().is(RST_STREAM) ? 1 : 0;
    }
    AttackedReceiver.until(() -> attacked.transferBytes() == 0);
  }

  @Test
  void disconnectsAConnectionThatDoesNotSpeak() throws Exception {
    try (Socket silent = new Socket("127.0.0.1", attacked.grpc())) {
      silent.setSoTimeout(PATIENCE_MILLIS);
      silent.getInputStream().readAllBytes();
    }
  }

  @Test
  void idleConnectionsGiveWayToSenders() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * AttackedReceiver.MAX_CONNECTIONS; i++) {
        idle.add(new Socket("127.0.0.1", attacked.grpc()));
      }
      attacked.assertServesOthers();
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void refusesAZipBomb_andEmptyMembers() throws Exception {
    byte[] bomb = AttackedReceiver.members(230, 1 << 20, ' ');
    byte[] empty = AttackedReceiver.members(12_000, 0, ' ');
    assertThat(bomb.length).isLessThan(MAX_REQUEST);
    assertThat(empty.length).isLessThan(MAX_REQUEST);
    assertThat(statusOf(bomb)).isEqualTo("8"); // RESOURCE_EXHAUSTED
    assertThat(statusOf(empty)).isEqualTo("3"); // INVALID_ARGUMENT
    attacked.assertServesOthers();
  }

  /** Returns the gRPC status of the answer to a message of gzip. */
  private String statusOf(byte[] gzip) throws Exception {
    Http2Attacker attacker = attacker(NONE);
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    headers.writeBytes(Http2Attacker.exportHeaders());
    Http2Attacker.header(headers, "grpc-encoding", "gzip");
    attacker.frame(HEADERS, END_HEADERS, 1, headers.toByteArray());
    ByteBuffer prefix = ByteBuffer.allocate(5).put((byte) 1).putInt(gzip.length);
    attacker.frame(DATA, 0, 1, prefix.array());
    for (int from = 0; from < gzip.length; from += FRAME_BYTES) {
      int to = Math.min(gzip.length, from + FRAME_BYTES);
      attacker.frame(DATA, 0, 1, Arrays.copyOfRange(gzip, from, to));
    }
    attacker.frame(DATA, END_STREAM, 1, NONE).flush();
    attacker.socket().setSoTimeout(PATIENCE_MILLIS);
    Http2Attacker.Frame answer = attacker.read();
    while (!answer.is(HEADERS)) {
      answer = attacker.read();
    }
    return new DefaultHttp2HeadersDecoder()
        .decodeHeaders(1, Unpooled.wrappedBuffer(answer.payload()))
        .get("grpc-status")
        .toString();
  }

  private interface Step {
    void send(int index) throws IOException;
  }

  private Http2Attacker attacker(byte[] settings) throws IOException {
    Http2Attacker attacker = new Http2Attacker(attacked.grpc());
    attackers.add(attacker);
    return attacker.hello(settings);
  }

  /** Sends until the end, or until the connection is closed. */
  private static void flood(Http2Attacker attacker, Step step, int count) throws Exception {
    Thread flood =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < count; i++) {
                  step.send(i);
                }
                attacker.flush();
              } catch (IOException closed) {
                // as expected
              }
            });
    flood.setDaemon(true);
    flood.start();
    flood.join(PATIENCE_MILLIS);
  }
}
