package io.tailrace.loadtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The three ports of a broker. Chosen before its start, so that a restart can reuse them. */
record BrokerPorts(int client, int internal, int controller) {
  /**
   * An address, because "localhost" may resolve to ::1 first, and every connect would fail once.
   */
  static final String HOST = "127.0.0.1";

  /** Chooses ports. A port of 0 selects a free one. */
  static BrokerPorts pick(int clientPort, int internalPort) {
    // Keeps all open until the last is known. Otherwise the system may assign a port twice.
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
