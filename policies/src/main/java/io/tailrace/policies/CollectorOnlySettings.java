package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.kinds.AdaptiveSettings;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Collector settings without effect here. They are accepted so that Collector documents work
 * unchanged. Each produces a warning that names the replacement.
 */
final class CollectorOnlySettings {
  private static final List<Setting> ALL =
      List.of(
          new Setting(
              "num_traces", CollectorOnlySettings::count, "each task limits open traces by bytes"),
          new Setting(
              "expected_new_traces_per_sec",
              CollectorOnlySettings::count,
              "no memory is preallocated"),
          new Setting(
              "decision_cache",
              CollectorOnlySettings::caches,
              "the verdict ledger keeps verdicts by time"),
          new Setting(
              "drop_pending_traces_on_shutdown",
              CollectorOnlySettings::onOrOff,
              "open traces survive a shutdown"),
          new Setting(
              "maximum_trace_size_bytes",
              CollectorOnlySettings::count,
              "each task limits the bytes of a trace"),
          new Setting(
              "block_on_overflow",
              CollectorOnlySettings::onOrOff,
              "a trace is decided early when a limit is reached"),
          new Setting("sampling_strategy", Node::string, "a trace is always evaluated as a whole"),
          new Setting("tail_storage", Node::string, "spans are stored in the span buffer"),
          new Setting(
              "num_shards",
              CollectorOnlySettings::count,
              "partitions and stream threads share the work"));

  /** Those of {@code adaptive_tail_sampling}. */
  private static final List<Setting> ADAPTIVE =
      List.of(
          new Setting(
              "num_traces",
              CollectorOnlySettings::positiveCount,
              "each task limits open traces by bytes"),
          new Setting(
              "decision_cache",
              CollectorOnlySettings::caches,
              "the verdict ledger keeps verdicts by time"),
          new Setting(
              "eviction",
              CollectorOnlySettings::eviction,
              "traces decided at a limit are evaluated like all others"));

  private CollectorOnlySettings() {}

  static void read(MappingReader block) {
    read(block, ALL);
  }

  static void readAdaptive(MappingReader block) {
    read(block, ADAPTIVE);
  }

  private static void read(MappingReader block, List<Setting> settings) {
    for (Setting setting : settings) {
      Node node = block.get(setting.key);
      if (node.present()) {
        setting.check.accept(node);
        node.warn("has no effect here, " + setting.instead);
      }
    }
  }

  private static void count(Node node) {
    node.integer(0, Long.MAX_VALUE);
  }

  private static void positiveCount(Node node) {
    node.integer(1, Long.MAX_VALUE);
  }

  private static void eviction(Node node) {
    node.mapping(
        eviction -> {
          Node policy = eviction.get("policy");
          boolean isRandom =
              policy.present()
                  && policy.oneOf(Map.of("evaluate", false, "probabilistic", true)).orElse(false);
          Node percentage = eviction.get("sampling_percentage");
          if (isRandom) {
            AdaptiveSettings.positive(percentage, 100);
          } else if (percentage.number(0, 100, 0) != 0) {
            percentage.fault("policy: probabilistic beside it");
          }
          return eviction;
        });
  }

  private static void onOrOff(Node node) {
    node.bool(false);
  }

  private static void caches(Node node) {
    node.mapping(
        caches -> {
          caches.get("sampled_cache_size").integer(0, Long.MAX_VALUE, 0);
          caches.get("non_sampled_cache_size").integer(0, Long.MAX_VALUE, 0);
          return caches;
        });
  }

  private record Setting(String key, Consumer<Node> check, String instead) {}
}
