package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.kinds.PolicyKinds;
import io.tailrace.policies.kinds.Rule;
import io.tailrace.policies.kinds.SamplerKind;
import io.tailrace.policies.policy.Expiring;
import io.tailrace.policies.policy.NamedPolicy;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.Votes;
import io.tailrace.policies.signals.EvaluationTimes;
import io.tailrace.policies.signals.SignalsBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the block of the Collector's {@code adaptive_tail_sampling} processor, with its defaults
 * and its validation rules.
 */
final class RuleSetReader {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DEFAULT_DELAY = Duration.ofSeconds(2);
  private static final long DEFAULT_SPAN_LIMIT = 10_000;
  private static final Map<String, RecordFingerprint> RECORD =
      Map.of(
          "none", RecordFingerprint.NONE,
          "value", RecordFingerprint.VALUE,
          "hash", RecordFingerprint.HASH);

  private RuleSetReader() {}

  static PolicySet read(MappingReader block) {
    Duration timeout = block.get("trace_timeout").positiveDuration().orElse(DEFAULT_TIMEOUT);
    Duration delay = block.get("decision_delay").positiveDuration().orElse(DEFAULT_DELAY);
    long spanLimit = block.get("span_limit").integer(0, Integer.MAX_VALUE, DEFAULT_SPAN_LIMIT);
    RecordFingerprint record =
        block.get("record_fingerprint").present()
            ? block.get("record_fingerprint").oneOf(RECORD).orElse(RecordFingerprint.NONE)
            : RecordFingerprint.NONE;
    boolean reconsiderLate = block.get("reconsider_late").bool(true);
    boolean followLinks = block.get("follow_links").bool(false);
    CollectorOnlySettings.readAdaptive(block);
    SignalsBuilder signals = new SignalsBuilder();
    PolicyContext context = PolicyContext.of(PolicyKinds.BY_TYPE, signals, true);
    signals.rootCondition(RootSpanCondition.read(block.get("root_span_condition"), context));
    List<NamedPolicy> rules = rules(block.get("rules"), context, signals);
    EvaluationTimes times = new EvaluationTimes(rules.size());
    SetTraits traits =
        SetTraits.ofRules(
            timeout.plus(delay),
            delay,
            context.usesSlots(),
            reconsiderLate,
            followLinks,
            new SetTraits.Rules(record, spanLimit == 0 ? Integer.MAX_VALUE : (int) spanLimit));
    return new PolicySet(
        rules,
        List.of(),
        traits,
        signals.build(times, i -> i),
        times,
        block.node().warnings(),
        null);
  }

  private static List<NamedPolicy> rules(Node list, PolicyContext context, SignalsBuilder signals) {
    List<NamedPolicy> rules = new ArrayList<>();
    Map<String, Node> taken = new HashMap<>();
    for (Node node : list.filledList()) {
      signals.belongTo(rules.size());
      node.mapping(rule -> named(rule, context, taken)).ifPresent(rules::add);
    }
    return rules;
  }

  private static @Nullable NamedPolicy named(
      MappingReader rule, PolicyContext context, Map<String, Node> taken) {
    Node nameNode = rule.get("name");
    String name = nameNode.string();
    Node other = name.isEmpty() ? null : taken.putIfAbsent(name, nameNode);
    if (other != null) {
      nameNode.fault("a unique name, " + other.path() + " has the same");
    } else if (name.startsWith("_")) {
      nameNode.fault("a name without _ in front, which is for the processor's own labels");
    }
    PolicyContext own = context.within(name);
    Rule.Conditions conditions = Rule.Conditions.read(rule, own);
    Optional<Policy> sampler = rule.get("sampler").mapping(s -> sampler(s, own));
    Optional<Instant> end = rule.get("expires_at").time();
    return sampler
        .map(s -> expiring(new Rule(conditions, s), end))
        .map(policy -> new NamedPolicy(name, policy, false))
        .orElse(null);
  }

  private static Policy expiring(Rule rule, Optional<Instant> end) {
    return end.isEmpty() ? rule : new Expiring(rule, end.get(), Votes.NO_MATCH);
  }

  private static @Nullable Policy sampler(MappingReader settings, PolicyContext context) {
    Map<String, SamplerKind> kinds = SamplerKind.BY_TYPE;
    return settings
        .get("type")
        .oneOf(kinds)
        .map(kind -> kind.read(settings, context))
        .orElseGet(
            () -> {
              settings.ignoreOthers();
              return null;
            });
  }
}
