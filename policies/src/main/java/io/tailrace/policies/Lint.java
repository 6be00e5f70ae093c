package io.tailrace.policies;

import io.tailrace.policies.kinds.Rule;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.NamedPolicy;
import io.tailrace.policies.policy.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds policies that are certainly a mistake. Each finding holds for every trace. Uncertain cases
 * are not reported.
 */
final class Lint {
  /** Compares each policy with all earlier ones, up to this number of policies. */
  private static final int MAX_COMPARED = 1_000;

  private static final double WHOLE = 100;

  private final List<NamedPolicy> policies;
  private final boolean stopsAtFirstMatch;
  private final List<String> lines = new ArrayList<>();

  Lint(List<NamedPolicy> policies, boolean stopsAtFirstMatch) {
    this.policies = policies.subList(0, Math.min(MAX_COMPARED, policies.size()));
    this.stopsAtFirstMatch = stopsAtFirstMatch;
  }

  /** Returns the findings about rules, of which the first that matches decides. */
  static List<String> ofRules(List<NamedPolicy> rules) {
    List<String> lines = new ArrayList<>();
    String catchAll = null;
    for (NamedPolicy rule : rules) {
      if (catchAll != null) {
        lines.add(
            "rules.%s: never reached, the earlier rule %s takes every trace"
                .formatted(Words.clean(rule.name()), catchAll));
      } else if (rule.policy() instanceof Rule found && found.conditions().isCatchAll()) {
        catchAll = Words.clean(rule.name());
      }
    }
    return lines;
  }

  /** Returns the findings. Each is one line that starts with the path of the policy. */
  List<String> lines() {
    for (int i = 0; i < policies.size(); i++) {
      look(i);
    }
    complements();
    shares();
    return lines;
  }

  private void look(int i) {
    NamedPolicy policy = policies.get(i);
    Extent extent = policy.policy().extent();
    policy.policy().doubts().forEach(doubt -> warn(policy, doubt));
    if (extent instanceof Extent.None none) {
      if (!none.isReported() && policy.policy().doubts().isEmpty()) {
        warn(policy, ": matches no trace");
      }
      return;
    }
    if (extent.equals(new Extent.All())) {
      warn(policy, policy.policy().drops() ? ": drops every trace" : ": keeps every trace");
    }
    policies.subList(0, i).stream()
        .filter(other -> other.policy().drops() == policy.policy().drops())
        .map(other -> overlap(other, extent))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .ifPresent(text -> warn(policy, text));
  }

  /** Returns how an earlier policy makes this one redundant. Empty if it does not. */
  private String overlap(NamedPolicy before, Extent extent) {
    Extent other = before.policy().extent();
    String name = Words.clean(before.name());
    // Two equal policies with state vote the same only if both are always evaluated.
    boolean isRepeated = other.equals(extent) && (!stopsAtFirstMatch || Extent.isPure(extent));
    if (isRepeated && !extent.equals(new Extent.All())) {
      return ": repeats " + name;
    }
    return other.covers(extent)
        ? ": adds nothing, the earlier policy " + name + " already covers it"
        : "";
  }

  /** Finds two policies of which one samples all traces that the other does not. */
  private void complements() {
    for (int i = 0; i < policies.size(); i++) {
      NamedPolicy policy = policies.get(i);
      Extent rest = Extent.not(policy.policy().extent());
      if (policy.policy().drops() || rest instanceof Extent.None || rest.equals(new Extent.All())) {
        continue;
      }
      policies.subList(0, i).stream()
          .filter(other -> !other.policy().drops())
          .filter(other -> !other.policy().extent().equals(new Extent.All()))
          .filter(other -> other.policy().extent().covers(rest))
          .findFirst()
          .ifPresent(
              other ->
                  warn(policy, ": keeps every trace together with " + Words.clean(other.name())));
    }
  }

  /** Finds sampling percentages that add up to 100 % or more. */
  private void shares() {
    List<NamedPolicy> shares =
        policies.stream().filter(p -> p.policy().extent() instanceof Extent.Hashed).toList();
    double[] percent =
        shares.stream().mapToDouble(p -> percent((Extent.Hashed) p.policy().extent())).toArray();
    double sum = IntStream.range(0, percent.length).mapToDouble(i -> percent[i]).sum();
    if (shares.size() < 2 || sum < WHOLE - 1e-9) {
      return;
    }
    warn(
        shares.get(shares.size() - 1),
        ".sampling_percentage: adds up to %2$s %% with %1$s, but samples of the same salt overlap and others are independent: not every trace is sampled"
            .formatted(
                Words.either(
                    shares.subList(0, shares.size() - 1).stream()
                        .map(p -> Words.clean(p.name()))
                        .toList()),
                Words.number(Math.round(sum * WHOLE) / WHOLE)));
  }

  private static double percent(Extent.Hashed hashed) {
    double unsigned = (hashed.threshold() >>> 1) * 2.0;
    return unsigned / 0x1p64 * WHOLE;
  }

  private void warn(NamedPolicy policy, String what) {
    lines.add("policies." + Words.clean(policy.name()) + what);
  }
}
