package io.tailrace.loadtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The three ports of one broker, fixed before its start because a restart needs them again. */
record BrokerPorts(int client, int internal, int controller) {
  /** Not a name: "localhost" may resolve to ::1 first, and every connect would fail once. */
  static final String HOST = "127.0.0.1";

  /** A port of 0 means a free one. */
  static BrokerPorts pick(int clientPort, int internalPort) {
    // All are held open until the last is known, or the system hands out one port twice.
    try (ServerSocket client = bindFree();
        ServerSocket internal = bindFree();
        ServerSocket controller = bindFree()) {
      return new BrokerPorts(
          clientPort == 0 ? client.getLocalPort() : clientPort,
          internalPort == 0 ? internal.getLocalPort() : internalPort,
          controller.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerSocket bindFree() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }
}
