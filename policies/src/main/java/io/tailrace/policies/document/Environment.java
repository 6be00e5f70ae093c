package io.tailrace.policies.document;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Variables for references such as {@code ${env:NAME}}.
 *
 * @param variables values by name, or null if references are not allowed
 */
public record Environment(@Nullable Map<String, String> variables) {
  /** For documents whose references are already expanded. */
  public static final Environment NONE = new Environment(null);

  /** Returns the environment variables of this process. */
  public static Environment ofProcess() {
    return new Environment(System.getenv());
  }
}
