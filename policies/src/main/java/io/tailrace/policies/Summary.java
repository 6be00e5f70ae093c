package io.tailrace.policies;

import io.tailrace.policies.policy.ConditionReader;
import io.tailrace.policies.policy.NamedLines;
import io.tailrace.policies.policy.NamedPolicy;
import io.tailrace.policies.policy.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Describes in plain language which traces a policy set keeps. */
final class Summary {
  private static final String INDENT = "  ";

  private final PolicySet set;
  private final List<NamedPolicy> policies;
  private final List<NamedPolicy> shadows;

  Summary(PolicySet set, List<NamedPolicy> policies, List<NamedPolicy> shadows) {
    this.set = set;
    this.policies = policies;
    this.shadows = shadows;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(waits(set.decisionWait(), set.decisionWaitAfterRootReceived()));
    set.rootSpanCondition()
        .ifPresent(
            root -> lines.add("A root span meets " + ConditionReader.shown(root.span()) + "."));
    if (set.hasRules()) {
      lines.add("The first rule that matches decides:");
      lines.addAll(described(false));
      addLateAndLinked(lines);
      lines.addAll(set.exportRules().summary());
      return lines;
    }
    List<String> drops = described(true);
    if (!drops.isEmpty()) {
      lines.add("Dropped, regardless of other policies:");
      lines.addAll(drops);
    }
    List<String> keeps = described(false);
    if (keeps.isEmpty()) {
      lines.add("No trace is kept.");
    } else {
      lines.add(
          set.sampleOnFirstMatch()
              ? "Kept by the first policy that matches; later policies are not evaluated:"
              : "Kept if any policy matches; the first match is reported:");
      lines.addAll(keeps);
      lines.add("All other traces are not kept.");
      addLateAndLinked(lines);
    }
    if (!shadows.isEmpty()) {
      lines.add("Shadow policies, counted without effect on decisions:");
      lines.addAll(inShadow());
    }
    lines.addAll(set.exportRules().summary());
    return lines;
  }

  private List<String> inShadow() {
    NamedLines rows = new NamedLines();
    for (NamedPolicy named : shadows) {
      String would = named.policy().drops() ? "would drop: " : "would keep: ";
      rows.add(named.name(), would + named.policy().description());
    }
    return rows.lines().stream().map(INDENT::concat).toList();
  }

  private void addLateAndLinked(List<String> lines) {
    lines.add(
        set.reconsidersLate()
            ? "Late spans can still make a trace match: it is then kept as a whole."
            : "Late spans follow the verdict of their trace.");
    if (set.followsLinks()) {
      lines.add("Traces that a kept trace links to are kept, too.");
    }
  }

  private static String waits(Optional<Duration> afterFirstSpan, Optional<Duration> afterRoot) {
    if (afterFirstSpan.isEmpty() && afterRoot.isEmpty()) {
      return "A trace is decided at the configured time after its first span or its root span.";
    }
    if (afterFirstSpan.isEmpty() && afterRoot.get().isZero()) {
      return "A trace is decided at the configured time after its first span.";
    }
    String first = afterFirstSpan.map(Words::duration).orElse("at the configured time");
    if (afterRoot.filter(Duration::isZero).isPresent()) {
      return "A trace is decided " + first + " after its first span.";
    }
    String root =
        afterRoot
            .map(wait -> Words.duration(wait) + " after its root span if that is sooner.")
            .orElse("at the configured time after its root span.");
    return "A trace is decided " + first + " after its first span, or " + root;
  }

  private List<String> described(boolean drops) {
    NamedLines rows = new NamedLines();
    policies.stream()
        .filter(named -> named.policy().drops() == drops)
        .forEach(named -> rows.add(named.name(), named.policy().description()));
    return rows.lines().stream().map(INDENT::concat).toList();
  }
}
