package io.tailrace.policies.ottl;

import com.google.re2j.Pattern;
import java.util.Optional;
import java.util.function.Consumer;

/** Compiles the regular expressions of conditions, within what a document may take of them. */
public interface Regexes {
  /**
   * Compiles an RE2 expression.
   *
   * @param fault told what should stand there instead, if the answer is empty
   */
  Optional<Pattern> compile(String regex, Consumer<String> fault);
}
