package io.tailrace.policies.document;

/**
 * One fault of a document.
 *
 * @param path where: keys joined by dots, list items by their index from 0, such as {@code
 *     policies[2].latency.threshold_ms}
 * @param value what stands there, as a reader would know it again; {@code absent} if nothing does
 * @param expected what should stand there
 * @param line 1-based line of the value, or of what holds it if it is absent; 0 if unknown
 */
public record Fault(String path, String value, String expected, int line) {

  /** The fault in one line, such as {@code decision_wait: "-5s" (expected: > 0s) at line 3}. */
  public String message() {
    String where = line > 0 ? " at line " + line : "";
    return path + ": " + value + " (expected: " + expected + ")" + where;
  }
}
