package io.tailrace.topology.config;

import io.tailrace.policies.document.Node;
import java.util.Locale;
import java.util.function.Function;

/**
 * One setting of the configuration.
 *
 * @param path such as {@code topics.ingest}
 * @param absent default value
 * @param shownDefault default value in the documentation
 * @param reader reads a present value; reports a fault and returns any value if it is invalid
 * @param meaning one-line description
 */
public record Setting<T>(
    String path, T absent, String shownDefault, Function<Node, T> reader, String meaning) {

  /** Returns the environment variable that overrides the setting. */
  public String variable() {
    return "TAILRACE_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** Returns the group of the setting, or "" at the top level. */
  String group() {
    int dot = path.indexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  String key() {
    return path.substring(path.indexOf('.') + 1);
  }
}
