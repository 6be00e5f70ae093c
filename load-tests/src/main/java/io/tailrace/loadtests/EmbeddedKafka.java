package io.tailrace.loadtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * A real Kafka broker in this JVM: broker and KRaft controller combined, on 127.0.0.1, alone or as
 * one node of a cluster.
 *
 * <p>Ports and data survive {@link #stop()} and {@link #start()}, so clients reconnect and read on.
 * {@link #close()} also deletes the data, unless the directory was given by the caller.
 *
 * <p>Thread-safe: starting and stopping exclude each other.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private final ClusterNode node;
  private final BrokerPorts ports;
  private final int advertisedPort;
  private final Path directory;
  private final boolean ownsDirectory;
  private final Map<String, String> extraProperties;
  private KafkaRaftServer server;

  private EmbeddedKafka(Builder builder) {
    node = builder.node == null ? ClusterNode.alone() : builder.node;
    ports = BrokerPorts.pick(builder.port, builder.internalPort);
    advertisedPort = builder.advertisedPort == 0 ? ports.client() : builder.advertisedPort;
    ownsDirectory = builder.directory == null;
    directory = ownsDirectory ? temporaryDirectory() : builder.directory.toAbsolutePath();
    extraProperties = Map.copyOf(builder.extraProperties);
  }

  /** Creates a builder of a broker with a free port and a temporary directory. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts the broker with existing data, if any, and returns when it serves clients, which as one
   * of several takes most of them. Does nothing while it runs.
   *
   * @throws IllegalStateException if the directory cannot be formatted or the broker does not start
   */
  public synchronized void start() {
    if (server != null) {
      return;
    }
    if (node.isAlone() && KilledBroker.wasKilled(directory)) {
      KilledBroker.fence(node, directory);
    }
    StorageFormat.ensureFormatted(directory, node);
    Properties properties =
        BrokerProperties.of(node, ports, advertisedPort, directory, extraProperties);
    KafkaRaftServer starting =
        new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    try {
      starting.startup();
    } catch (RuntimeException e) {
      starting.shutdown();
      throw new IllegalStateException(
          "broker at " + bootstrapServers() + " in " + directory + " did not start", e);
    }
    server = starting;
  }

  /** Stops the broker gracefully. Keeps ports and data. Does nothing while it is stopped. */
  public synchronized void stop() {
    if (server == null) {
      return;
    }
    server.shutdown();
    server.awaitShutdown();
    server = null;
  }

  /** Returns {@code host:port} of the client listener, which restarts do not change. */
  public String bootstrapServers() {
    return BrokerPorts.HOST + ":" + ports.client();
  }

  /**
   * Returns {@code host:port} of the internal listener, which is never secured or behind a proxy.
   */
  public String internalServers() {
    return BrokerPorts.HOST + ":" + ports.internal();
  }

  /** Returns the data directory. */
  public Path directory() {
    return directory;
  }

  /** Stops the broker and deletes its directory unless the caller provided it. */
  @Override
  public synchronized void close() {
    stop();
    if (ownsDirectory) {
      Directories.delete(directory);
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("tailrace-kafka-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Builder of a broker. Not thread-safe. */
  public static final class Builder {
    private final Map<String, String> extraProperties = new LinkedHashMap<>();
    private int port;
    private int internalPort;
    private int advertisedPort;
    private Path directory;
    private ClusterNode node;

    private Builder() {}

    /**
     * Sets the port for clients.
     *
     * @param port 1 to 65535, or 0 for a free one (the default)
     * @throws IllegalArgumentException if the port is out of range
     */
    public Builder port(int port) {
      this.port = checked("port", port);
      return this;
    }

    /** Sets the port of the internal listener. Range, default and errors as in {@link #port}. */
    public Builder internalPort(int port) {
      internalPort = checked("internalPort", port);
      return this;
    }

    /**
     * Sets the advertised port, such as that of a proxy. 0 (default) uses {@link #port}. Range and
     * errors as in {@link #port}.
     */
    public Builder advertisedPort(int port) {
      advertisedPort = checked("advertisedPort", port);
      return this;
    }

    private static int checked(String name, int port) {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException(name + ": " + port + " (expected: 0 to 65535)");
      }
      return port;
    }

    /**
     * Sets the data directory, which is created if absent and never deleted, because a broker in
     * another process may continue with it.
     */
    public Builder directory(Path directory) {
      this.directory = directory;
      return this;
    }

    /** Sets the node of a cluster. The default is the only node of a cluster. */
    Builder node(ClusterNode node) {
      this.node = node;
      return this;
    }

    /**
     * Sets a broker property, which overrides built-in ones. To secure the client listener, map
     * {@code CLIENT} to another protocol in {@code listener.security.protocol.map}.
     */
    public Builder property(String name, String value) {
      extraProperties.put(name, value);
      return this;
    }

    /** Creates and starts the broker. Errors as in {@link EmbeddedKafka#start()}. */
    public EmbeddedKafka start() {
      EmbeddedKafka kafka = new EmbeddedKafka(this);
      try {
        kafka.start();
      } catch (RuntimeException e) {
        kafka.close();
        throw e;
      }
      return kafka;
    }
  }
}
