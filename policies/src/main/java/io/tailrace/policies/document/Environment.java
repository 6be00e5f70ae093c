package io.tailrace.policies.document;

import java.util.Map;

/**
 * Variables that a document may refer to, as {@code ${env:NAME}}.
 *
 * @param variables by name, or null if there must be no references
 */
public record Environment(Map<String, String> variables) {
  /** Of a document whose references somebody else has expanded. */
  public static final Environment NONE = new Environment(null);

  /** The variables of this process. */
  public static Environment ofProcess() {
    return new Environment(System.getenv());
  }
}
