package io.tailrace.policies;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.ottl.GroupNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compiles the regular expressions of one document. RE2/J writes counted repeats out: {@code
 * ((a{1000}){1000}){10}} takes the heap. So the steps that a document may compile to are counted
 * before they are made. Not thread-safe.
 */
public final class RegexCompiler {
  static final int MAX_STEPS = 50_000;

  private long stepsLeft = MAX_STEPS;

  /** Patterns of a list of texts, without those at fault; empty texts never match. */
  List<Pattern> compile(Node list) {
    List<Pattern> patterns = new ArrayList<>();
    for (Node node : list.texts()) {
      String regex = node.string("");
      if (!regex.isEmpty()) {
        compile(regex, expected -> node.fault(expected, null)).ifPresent(patterns::add);
      }
    }
    return patterns;
  }

  /**
   * Compiles one expression.
   *
   * @param regex in RE2's syntax
   * @param fault told what should stand there instead, if the answer is empty
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
      fault.accept("an RE2 regular expression, " + e.getDescription());
      return Optional.empty();
    }
  }
}
