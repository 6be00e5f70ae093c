package io.tailrace.topology.kafka;

import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Offsets that this instance has committed under at-least-once. Thread-safe. */
public interface Commits {
  /**
   * Returns the last commit of the partition by this instance; empty if there is none. Other
   * instances may have committed more since, but no less.
   */
  Optional<OffsetAndMetadata> last(TopicPartition partition);
}
