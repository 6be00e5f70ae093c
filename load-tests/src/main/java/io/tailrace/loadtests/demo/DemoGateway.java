package io.tailrace.loadtests.demo;

import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.instance.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.TreeMap;

/** Receives spans of users. The demo continues if it cannot start. */
final class DemoGateway implements AutoCloseable {
  private static final int GRPC_PORT = 4317;
  private static final int HTTP_PORT = 4318;

  private final String bootstrapServers;
  private final boolean keyed;
  private Gateway gateway;
  private String told = "none: no gateway";

  DemoGateway(String bootstrapServers, boolean keyed) {
    this.bootstrapServers = bootstrapServers;
    this.keyed = keyed;
  }

  /** Starts the gateway on the OTLP ports, or on others if these are in use. */
  void start() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    settings.put("TAILRACE_INGEST_MODE", keyed ? "keyed" : "unkeyed");
    settings.put("TAILRACE_GATEWAY_GRPC_PORT", Integer.toString(freeOrAny(GRPC_PORT)));
    settings.put("TAILRACE_GATEWAY_HTTP_PORT", Integer.toString(freeOrAny(HTTP_PORT)));
    settings.put("TAILRACE_GATEWAY_ADMIN_PORT", "-1");
    try {
      gateway = Gateway.start(TailraceConfig.read("", settings).get());
      told =
          "OTLP to 127.0.0.1:%d (gRPC) or http://127.0.0.1:%d (HTTP)"
              .formatted(gateway.grpcPort(), gateway.httpPort());
    } catch (RuntimeException e) {
      told = "not available, the gateway cannot start: " + e.getMessage();
    }
  }

  /** Returns the addresses, or why there are none. */
  String told() {
    return told;
  }

  @Override
  public void close() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private static int freeOrAny(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException taken) {
      return 0;
    }
  }
}
