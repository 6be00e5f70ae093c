package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.ottl.Condition;
import io.tailrace.policies.ottl.ConditionContext;
import io.tailrace.policies.ottl.OttlException;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.ConditionReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Votes;
import io.tailrace.policies.policy.Words;
import io.tailrace.policies.signals.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A rule: the first one whose conditions a trace meets decides, by its sampler. */
public record Rule(Conditions conditions, Policy sampler) implements Policy {
  private enum Match {
    ANY_SPAN,
    SAME_SPAN
  }

  /**
   * Conditions of a rule.
   *
   * @param signals signals that have to be raised, all of them
   * @param description clause such as {@code a span meets `…`}; empty if every trace matches
   */
  public record Conditions(List<Integer> signals, String description) {
    private static final Map<String, Match> MATCHES =
        Map.of("any_span", Match.ANY_SPAN, "same_span", Match.SAME_SPAN);

    public static Conditions read(MappingReader rule, PolicyContext context) {
      Node match = rule.get("match");
      Match how = match.present() ? match.oneOf(MATCHES).orElse(Match.ANY_SPAN) : Match.ANY_SPAN;
      Node list = rule.get("conditions");
      List<Condition> conditions =
          ConditionReader.all(list, ConditionContext.SPAN, context.regexes());
      if (match.present() && list.texts().isEmpty()) {
        match.fault("conditions to match");
      }
      List<Integer> signals = new ArrayList<>();
      if (how == Match.SAME_SPAN && conditions.size() > 1) {
        signals.add(signal(joined(conditions, context), context));
      } else {
        conditions.forEach(condition -> signals.add(signal(condition, context)));
      }
      return new Conditions(List.copyOf(signals), description(conditions, how));
    }

    private static Condition joined(List<Condition> conditions, PolicyContext context) {
      String text =
          conditions.stream().map(c -> "(" + c.text() + ")").collect(Collectors.joining(" and "));
      try {
        return Condition.compile(text, ConditionContext.SPAN, context.regexes()::compile);
      } catch (OttlException e) {
        throw new IllegalStateException("conditions that compile one by one: " + text, e);
      }
    }

    private static int signal(Condition condition, PolicyContext context) {
      return context.signal(
          new Signal.Met(new SpanConditions(List.of(condition), List.of(), false)));
    }

    private static String description(List<Condition> conditions, Match how) {
      List<String> shown =
          conditions.stream().map(c -> "`" + Words.clean(c.text().strip()) + "`").toList();
      return how == Match.SAME_SPAN && shown.size() > 1
          ? "one span meets " + String.join(" and ", shown)
          : shown.stream().map(c -> "a span meets " + c).collect(Collectors.joining(", and "));
    }

    public boolean isCatchAll() {
      return signals.isEmpty();
    }

    boolean match(TraceFacts trace) {
      for (int i = 0; i < signals.size(); i++) {
        if (!trace.has(signals.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  @Override
  public Voter voter(Budgets budgets) {
    Voter voter = sampler.voter(budgets);
    return Voter.like(
        voter,
        (trace, logTimeMillis) ->
            conditions.match(trace) ? voter.vote(trace, logTimeMillis) : Votes.NO_MATCH);
  }

  @Override
  public Extent extent() {
    return conditions.isCatchAll() ? sampler.extent() : new Extent.Own(this);
  }

  @Override
  public int fingerprintIndex() {
    return sampler.fingerprintIndex();
  }

  @Override
  public String description() {
    return conditions.isCatchAll()
        ? sampler.description()
        : "if " + conditions.description() + ": " + sampler.description();
  }
}
