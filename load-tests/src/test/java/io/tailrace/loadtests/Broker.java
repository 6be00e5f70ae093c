package io.tailrace.loadtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  private final int otherPort = FreePorts.next();
  // A listener each, so that one instance can be cut off without the other.
  private final TcpProxy proxyOfOdd = new TcpProxy(0, port);
  private final TcpProxy proxyOfEven = new TcpProxy(0, otherPort);
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
            "--property=listeners=" + listeners(port, otherPort) + "," + controllerListener(),
            "--property=advertised.listeners=" + listeners(proxyOfOdd.port(), proxyOfEven.port()),
            "--property=listener.security.protocol.map="
                + "CLIENT:PLAINTEXT,OTHER:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
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

  private String listeners(int client, int other) {
    return "CLIENT://127.0.0.1:%d,OTHER://127.0.0.1:%d,INTERNAL://127.0.0.1:%d"
        .formatted(client, other, internalPort);
  }

  private String controllerListener() {
    return "CONTROLLER://127.0.0.1:" + node.controllerPort();
  }

  /** For an instance: through its proxy. */
  String forEngine(int instance) {
    return "127.0.0.1:" + proxy(instance).port();
  }

  /** For who drives and judges: not through the proxy. */
  String direct() {
    return "127.0.0.1:" + internalPort;
  }

  /** The proxy of an instance, which instances 1, 3, … share, and 2, 4, …. */
  TcpProxy proxy(int instance) {
    return instance % 2 == 1 ? proxyOfOdd : proxyOfEven;
  }

  /** All ways of engines to this broker. */
  List<TcpProxy> proxies() {
    return List.of(proxyOfOdd, proxyOfEven);
  }

  @Override
  public void close() {
    proxies().forEach(TcpProxy::close);
    if (process != null) {
      process.close();
    }
  }
}
