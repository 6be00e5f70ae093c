package io.tailrace.loadtests;

import io.tailrace.topology.streams.KafkaRestartPoints;
import io.tailrace.topology.streams.RestartPoint;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/** Reads what an instance would read of its predecessor's last commit. */
public final class CommittedState {
  private CommittedState() {}

  /** Fields of a {@link RestartPoint}. */
  public record Point(long committedOffset, long clock, long oldestOffset, long oldestTime) {}

  public static Optional<Point> of(
      String bootstrapServers, String applicationId, String topic, int partition) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      return new KafkaRestartPoints(admin, applicationId)
          .of(new TopicPartition(topic, partition))
          .map(p -> new Point(p.committedOffset(), p.clock(), p.oldestOffset(), p.oldestTime()));
    }
  }
}
