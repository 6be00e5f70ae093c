package io.tailrace.topology.fleet;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.Topics;
import io.tailrace.topology.sampling.WaitRules;
import io.tailrace.topology.sampling.Waits;

/** Waits from the configuration, and their bounds on a cluster. */
public final class ConfiguredWaits {
  private ConfiguredWaits() {}

  /** Waits of policy sets without their own. */
  public static Waits of(TailraceConfig config) {
    return new Waits(
        config.get(Settings.DECISION_WAIT).toMillis(),
        config
            .get(Settings.DECISION_WAIT_AFTER_ROOT)
            .map(wait -> wait.toMillis())
            .orElse(Waits.NEVER));
  }

  public static WaitRules rules(TailraceConfig config, Topics.Source source) {
    return new WaitRules(of(config), config.get(Settings.VERDICT_RETENTION), source.retention());
  }
}
