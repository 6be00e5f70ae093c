package io.tailrace.loadtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Broker process that restarts with its data and ports, with engines behind a proxy; alone or a
 * node of a {@link BrokerCluster}.
 */
final class Broker implements AutoCloseable {
  private final Path directory;
  private final ClusterNode node;
  private final int port = FreePorts.next();
  private final int internalPort = FreePorts.next();
  private final TcpProxy proxy = new TcpProxy(0, port);
  private BrokerProcess process;

  /** Starts a broker alone. */
  Broker(Path directory) throws IOException {
    this(directory, ClusterNode.alone());
    start();
  }

  /** Creates a broker that is not started. */
  Broker(Path directory, ClusterNode node) {
    this.directory = directory;
    this.node = node;
  }

  /** Starts it and waits until it serves clients: for that, most of its cluster must run. */
  void start() throws IOException {
    process =
        BrokerProcess.start(
            ShortLived.jvmOptions("1g"),
            Files.createDirectories(directory.resolve("tmp")),
            "--dir=" + directory.resolve("kafka-" + node.id()),
            "--node-id=" + node.id(),
            "--cluster-id=" + node.clusterId(),
            "--controller-ports="
                + node.controllerPorts().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(",")),
            "--port=" + port,
            "--internal-port=" + internalPort,
            "--advertised-port=" + proxy.port(),
            "--property=group.min.session.timeout.ms=500", // the engines' sessions are short
            // What a killed engine left open is aborted soon after its time-out.
            "--property=transaction.abort.timed.out.transaction.cleanup.interval.ms=500");
  }

  void kill() {
    process.kill();
  }

  void stop() {
    process.interrupt();
  }

  /** For engines: through the proxy. */
  String forEngines() {
    return "127.0.0.1:" + proxy.port();
  }

  /** For who drives and judges: not through the proxy. */
  String direct() {
    return "127.0.0.1:" + internalPort;
  }

  TcpProxy proxy() {
    return proxy;
  }

  @Override
  public void close() {
    proxy.close();
    if (process != null) {
      process.close();
    }
  }
}
