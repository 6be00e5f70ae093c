package io.tailrace.topology.streams;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Answers what the test says. */
final class FakeRestartPoints implements RestartPoints {
  Optional<RestartPoint> point = Optional.empty();
  long beginning;
  long end = Long.MAX_VALUE;

  /** The time that {@link #offsetAt} was asked for last. */
  long askedTime;

  long offsetAtAskedTime;

  @Override
  public Optional<RestartPoint> of(TopicPartition source) {
    return point;
  }

  @Override
  public long offsetAt(TopicPartition partition, long time) {
    askedTime = time;
    return offsetAtAskedTime;
  }

  @Override
  public long beginning(TopicPartition partition) {
    return beginning;
  }

  @Override
  public long end(TopicPartition partition) {
    return end;
  }
}
