package io.tailrace.topology.gateway;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that writes HTTP/2 frames of its own choice. */
final class Http2Attacker implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GO_AWAY = 7;
  static final int CONTINUATION = 9;
  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final byte[] NONE = {};

  /** Setting 4 of HTTP/2, with 0: no answer may be sent. */
  static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};

  private final Socket socket;
  private final DataOutputStream out;
  private final DataInputStream in;

  /** A frame that the server sent. */
  record Frame(int type, int stream, byte[] payload) {
    boolean is(int kind) {
      return type == kind;
    }
  }

  Http2Attacker(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(AttackedReceiver.PATIENCE_MILLIS);
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 16 << 10));
    in = new DataInputStream(socket.getInputStream());
  }

  /** Begins the connection. */
  Http2Attacker hello(byte[] settings) throws IOException {
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, settings).flush();
    while (!read().is(SETTINGS)) {}
    return frame(SETTINGS, ACK, 0, NONE);
  }

  Http2Attacker frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
    return this;
  }

  /** Begins an export. */
  Http2Attacker export(int stream) throws IOException {
    return frame(HEADERS, END_HEADERS, stream, exportHeaders());
  }

  Http2Attacker flush() throws IOException {
    out.flush();
    return this;
  }

  static byte[] exportHeaders() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
    header(block, ":authority", "gateway");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    return block.toByteArray();
  }

  /** HPACK: literal, not indexed, not compressed. */
  static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    block.write(name.length());
    block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    block.write(value.length());
    block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads frames until the server closes the connection. */
  List<Frame> untilClosed(int timeoutMillis) throws IOException {
    List<Frame> frames = new ArrayList<>();
    socket.setSoTimeout(timeoutMillis);
    try {
      while (true) {
        frames.add(read());
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open after " + timeoutMillis + " ms, sent " + frames, e);
    } catch (IOException closed) {
      return frames;
    }
  }

  Frame read() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, stream, payload);
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
