package io.tailrace.topology;

/** The waits that the configuration sets, and what bounds them on a cluster. */
final class ConfiguredWaits {
  private ConfiguredWaits() {}

  /** The waits that hold unless a policy set has its own. */
  static Waits of(TailraceConfig config) {
    return new Waits(
        config.get(Settings.DECISION_WAIT).toMillis(),
        config
            .get(Settings.DECISION_WAIT_AFTER_ROOT)
            .map(wait -> wait.toMillis())
            .orElse(Waits.NEVER));
  }

  static WaitRules rules(TailraceConfig config, Topics.Source source) {
    return new WaitRules(of(config), config.get(Settings.VERDICT_RETENTION), source.retention());
  }
}
