package io.tailrace.topology.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tailrace.topology.console.InstanceReport;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreMetricsTest {
  @Test
  void tellsHowFarEachPartitionIs_untilItEnds() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    RestoreMetrics restores = new RestoreMetrics(registry);
    TopicPartition one = new TopicPartition("spans", 1);
    TopicPartition other = new TopicPartition("spans", 0);

    restores.onRestoreStart(one, "buffer", 100, 200);
    restores.onRestoreStart(other, "buffer", 0, 10);
    restores.onBatchRestored(one, "buffer", 149, 50);

    assertThat(restores.progress())
        .containsExactly(
            new InstanceReport.Restoring("spans", 0, "buffer", 0, 10),
            new InstanceReport.Restoring("spans", 1, "buffer", 50, 100));
    assertThat(registry.get("tailrace.restore.partitions").gauge().value()).isEqualTo(2);

    restores.onRestoreEnd(one, "buffer", 50);
    restores.onRestoreSuspended(other, "buffer", 0);
    assertThat(restores.progress()).isEmpty();
    assertThat(registry.get("tailrace.restore.records").counter().count()).isEqualTo(50);
  }
}
