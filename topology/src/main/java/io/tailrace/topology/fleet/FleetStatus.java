package io.tailrace.topology.fleet;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.kafka.KafkaFaults;
import io.tailrace.topology.kafka.TopicContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Status reports of the instances. An instance is alive while it is a member of the consumer group.
 * Not thread-safe.
 */
public final class FleetStatus implements AutoCloseable {
  private static final Pattern CLIENT_ID = Pattern.compile("(.+)-StreamThread-\\d+-consumer");

  private final String group;
  private final Admin admin;
  private final Consumer<String, byte[]> consumer;
  private final boolean isThere;
  private final Map<String, InstanceStatus> told = new TreeMap<>();

  /** Reads the reports so far. */
  public FleetStatus(TailraceConfig config) {
    ClientProperties clients = new ClientProperties(config);
    String topic = config.get(Settings.TOPIC_STATUS);
    group = config.get(Settings.APPLICATION_ID);
    admin = Admin.create(clients.admin());
    consumer = new KafkaConsumer<>(clients.policyLookingConsumer());
    try {
      TopicContent.read(consumer, topic).forEach(r -> take(r.key(), r.value()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    isThere = !consumer.assignment().isEmpty();
  }

  /**
   * Instance.
   *
   * @param isAlive whether it is a member of the group
   * @param status empty if it has not reported
   */
  public record Instance(String name, boolean isAlive, Optional<InstanceStatus> status) {}

  /**
   * Returns the current instances by name, alive ones first.
   *
   * @param timeout time to wait for more reports
   */
  public List<Instance> poll(Duration timeout) {
    if (isThere) {
      consumer.poll(timeout).forEach(r -> take(r.key(), r.value()));
    }
    Set<String> alive = alive();
    List<Instance> instances = new ArrayList<>();
    alive.forEach(
        name -> instances.add(new Instance(name, true, Optional.ofNullable(told.get(name)))));
    told.forEach(
        (name, status) -> {
          if (!alive.contains(name)) {
            instances.add(new Instance(name, false, Optional.of(status)));
          }
        });
    return instances;
  }

  private void take(@Nullable String name, byte @Nullable [] status) {
    if (name != null) {
      JsonRecords.read(status, InstanceStatus.class)
          .ifPresentOrElse(read -> told.put(name, read), () -> told.remove(name));
    }
  }

  private Set<String> alive() {
    Set<String> names = new TreeSet<>();
    try {
      ConsumerGroupDescription description =
          admin.describeConsumerGroups(List.of(group)).all().get().get(group);
      Objects.requireNonNull(description, group) // Kafka answers for the group, or fails
          .members()
          .forEach(member -> names.add(instanceOf(member.clientId())));
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw new StartException(
            "group "
                + group
                + ": cannot be described: "
                + KafkaFaults.explain(e).orElseGet(() -> String.valueOf(e.getCause())),
            e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while asking for the group " + group, e);
    }
    return names;
  }

  public static String instanceOf(String clientId) {
    Matcher matcher = CLIENT_ID.matcher(clientId);
    return matcher.matches() ? matcher.group(1) : clientId;
  }

  @Override
  public void close() {
    consumer.close();
    admin.close();
  }
}
