package io.tailrace.loadtests;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@link EmbeddedKafka} as a separate process, for tests that kill it. Prints {@code READY
 * host:port} when it serves clients and runs until an interrupt. It then stops gracefully and
 * deletes its directory unless one was given.
 */
@Command(name = "embedded-kafka", description = "One real Kafka broker on 127.0.0.1.")
public final class EmbeddedKafkaProcess implements Callable<Integer> {
  @Option(names = "--port", description = "Client port; 0 for a free one.", defaultValue = "0")
  private int port;

  @Option(names = "--dir", description = "Data directory, which is kept; default: a temporary one.")
  private Path directory;

  @Option(
      names = "--internal-port",
      description = "Port of the internal listener; 0 for a free one.",
      defaultValue = "0")
  private int internalPort;

  @Option(
      names = "--advertised-port",
      description = "Advertised port, such as that of a proxy; 0 for the client port.",
      defaultValue = "0")
  private int advertisedPort;

  @Option(
      names = "--property",
      description = "Broker property, name=value; overrides built-in ones.")
  private Map<String, String> properties = Map.of();

  @Option(names = "--node-id", description = "Node of the cluster, from 1 on.", defaultValue = "1")
  private int nodeId;

  @Option(names = "--cluster-id", description = "The same for all nodes.")
  private String clusterId;

  @Option(
      names = "--controller-ports",
      split = ",",
      description = "Controller ports of all nodes, the first of node 1; default: one node.")
  private List<Integer> controllerPorts = List.of();

  private EmbeddedKafkaProcess() {}

  public static void main(String[] args) {
    QuietLogging.configure();
    System.exit(new CommandLine(new EmbeddedKafkaProcess()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    EmbeddedKafka.Builder builder =
        EmbeddedKafka.builder()
            .port(port)
            .internalPort(internalPort)
            .advertisedPort(advertisedPort)
            .directory(directory);
    if (!controllerPorts.isEmpty()) {
      builder.node(new ClusterNode(nodeId, clusterId, controllerPorts));
    }
    properties.forEach(builder::property);
    EmbeddedKafka kafka = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "embedded-kafka-shutdown"));
    System.out.println("READY " + kafka.bootstrapServers());
    new CountDownLatch(1).await();
    return 0;
  }
}
