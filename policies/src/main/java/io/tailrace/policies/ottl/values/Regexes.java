package io.tailrace.policies.ottl.values;

import com.google.re2j.Pattern;
import java.util.Optional;
import java.util.function.Consumer;

/** Compiles the regular expressions of conditions within the limit of a document. */
public interface Regexes {
  /**
   * Compiles an RE2 expression.
   *
   * @param fault receives the expectation if the result is empty
   */
  Optional<Pattern> compile(String regex, Consumer<String> fault);
}
