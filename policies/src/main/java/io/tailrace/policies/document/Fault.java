package io.tailrace.policies.document;

/**
 * One fault of a document.
 *
 * @param path keys joined by dots, list items by 0-based index, such as {@code
 *     policies[2].latency.threshold_ms}
 * @param value the value as written, shortened; {@code absent} if there is none
 * @param expected description of the expected value
 * @param line 1-based line of the value, or of its parent if the value is absent; 0 if unknown
 */
public record Fault(String path, String value, String expected, int line) {

  /**
   * Formats the fault as one line, such as {@code decision_wait: "-5s" (expected: > 0s) at line 3}.
   */
  public String message() {
    String where = line > 0 ? " at line " + line : "";
    return path + ": " + value + " (expected: " + expected + ")" + where;
  }
}
