package io.tailrace.policies.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.ottl.functions.GroupNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compiles the regular expressions of one document within a limit of compiled steps. RE2/J expands
 * counted repeats: {@code ((a{1000}){1000}){10}} exhausts the heap. Steps are therefore counted
 * before compilation. Not thread-safe.
 */
public final class RegexCompiler {
  static final int MAX_STEPS = 50_000;

  private long stepsLeft = MAX_STEPS;

  /** Compiles a list of expressions. Skips invalid and empty ones; an empty one never matches. */
  public List<Pattern> compile(Node list) {
    List<Pattern> patterns = new ArrayList<>();
    for (Node node : list.texts()) {
      String regex = node.string("");
      if (!regex.isEmpty()) {
        compile(regex, expected -> node.fault(expected)).ifPresent(patterns::add);
      }
    }
    return patterns;
  }

  /**
   * Compiles one expression.
   *
   * @param regex an expression in RE2 syntax
   * @param fault receives the expectation if the result is empty
   */
  public Optional<Pattern> compile(String regex, Consumer<String> fault) {
    stepsLeft -= RegexCost.steps(regex);
    if (stepsLeft < 0) {
      fault.accept("a simpler regular expression");
      return Optional.empty();
    }
    try {
      return Optional.of(Pattern.compile(GroupNames.of(regex).regex()));
    } catch (PatternSyntaxException e) {
      fault.accept("an RE2 regular expression: " + e.getDescription());
      return Optional.empty();
    }
  }
}
