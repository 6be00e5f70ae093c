package io.tailrace.topology.fleet;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.KafkaFaults;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Finds running instances on the status topic for commands, which know only the brokers. */
public final class InstanceLookup {
  private static final Duration TO_ANSWER = Duration.ofSeconds(3);
  private static final String ANY_ANSWER = "/health/live";
  private static final String ALL_ADDRESSES = "0.0.0.0";
  private static final String LOOPBACK = "127.0.0.1";

  private final TailraceConfig config;
  private final Consumer<String> notes;
  private @Nullable List<FleetStatus.Instance> found;
  private boolean isRefused;

  /**
   * @param notes receives reasons of missing addresses
   */
  public InstanceLookup(TailraceConfig config, Consumer<String> notes) {
    this.config = config;
    this.notes = notes;
  }

  /**
   * Returns the addresses of instances, as host:port, that answer from here. If no instance has
   * reported an address, returns the one in the configuration.
   *
   * @throws StartException if no broker answers
   */
  public List<String> reachable() {
    return reachable(known());
  }

  /**
   * Returns the configuration with those settings of the running instances that it does not set, so
   * that a command knows what the fleet does. Without a report, returns the configuration.
   *
   * @throws StartException if no broker answers
   */
  public TailraceConfig adopted() {
    List<FleetStatus.Instance> running = lookedUp();
    return running == null
        ? config
        : running.stream()
            .flatMap(instance -> instance.status().stream())
            .filter(status -> !status.settings().isEmpty())
            .findFirst()
            .map(status -> config.withFleet(status.settings()))
            .orElse(config);
  }

  /** Returns those of the addresses that answer. Notes the others in one line. */
  private List<String> reachable(List<String> addresses) {
    AdminPorts.Answers answers =
        new AdminPorts(Optional.empty(), TO_ANSWER).ask(addresses, ANY_ANSWER);
    if (!answers.silent().isEmpty()) {
      notes.accept(AdminPorts.unreachable(answers.silent()));
    }
    return List.copyOf(answers.received().keySet());
  }

  private List<String> known() {
    List<FleetStatus.Instance> running = lookedUp();
    return running == null ? configured() : known(running);
  }

  /** Returns the running instances; null, and notes why, if they may not be looked up. */
  private @Nullable List<FleetStatus.Instance> lookedUp() {
    if (found != null || isRefused) {
      return found;
    }
    try {
      found = running(config);
    } catch (KafkaException | StartException e) {
      if (!KafkaFaults.isRefusal(e)) {
        throw e instanceof KafkaException unanswered ? KafkaFaults.atStart(unanswered) : e;
      }
      isRefused = true;
      notes.accept("cannot look up instances: " + KafkaFaults.explain(e).orElseGet(e::getMessage));
    }
    return found;
  }

  /** Returns the addresses to ask, and notes why there are none or other ones. */
  List<String> known(List<FleetStatus.Instance> running) {
    if (running.isEmpty()) {
      notes.accept(noneRuns(config));
      return List.of();
    }
    List<String> addresses = addresses(running);
    if (!addresses.isEmpty()) {
      return addresses;
    }
    if (running.stream().allMatch(InstanceLookup::hasNoAdminPort)) {
      notes.accept("admin.port: -1 in all instances (expected: a port, to ask them)");
      return List.of();
    }
    notes.accept(
        "topics.status: no address of an instance on "
            + config.get(Settings.TOPIC_STATUS)
            + " (expected: reports of running instances)");
    return configured();
  }

  /** Returns the addresses of running instances, as far as reported. */
  public static List<String> addresses(List<FleetStatus.Instance> instances) {
    return instances.stream()
        .filter(FleetStatus.Instance::isAlive)
        .flatMap(instance -> instance.status().stream())
        .flatMap(status -> status.adminAddress().stream())
        .toList();
  }

  /** Returns a note if no instance is running; otherwise, or if unknown, empty. */
  public static Optional<String> whySilent(TailraceConfig config) {
    try {
      return running(config).isEmpty() ? Optional.of(noneRuns(config)) : Optional.empty();
    } catch (KafkaException | StartException mayNotLook) {
      return Optional.empty();
    }
  }

  private static List<FleetStatus.Instance> running(TailraceConfig config) {
    try (FleetStatus fleet = new FleetStatus(config)) {
      return fleet.poll(Duration.ZERO).stream().filter(FleetStatus.Instance::isAlive).toList();
    }
  }

  private static String noneRuns(TailraceConfig config) {
    return "application_id: %s: no instance is running (expected: one, with this application_id)"
        .formatted(config.get(Settings.APPLICATION_ID));
  }

  private static boolean hasNoAdminPort(FleetStatus.Instance instance) {
    return instance.status().map(InstanceStatus::admin).filter(String::isEmpty).isPresent();
  }

  private List<String> configured() {
    int port = config.get(Settings.ADMIN_PORT);
    String host = config.get(Settings.ADMIN_HOST);
    return port <= 0
        ? List.of()
        : List.of((host.equals(ALL_ADDRESSES) ? LOOPBACK : host) + ":" + port);
  }
}
