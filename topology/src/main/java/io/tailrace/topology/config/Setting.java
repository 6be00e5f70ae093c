package io.tailrace.topology.config;

import io.tailrace.policies.document.Node;
import java.util.Locale;
import java.util.function.Function;

/**
 * One setting of the configuration.
 *
 * @param path such as {@code topics.ingest}
 * @param absent the default
 * @param shownDefault the default as the documentation shows it
 * @param reader reads a present value; notes a fault and answers anything if it is wrong
 * @param meaning one line for people
 */
public record Setting<T>(
    String path, T absent, String shownDefault, Function<Node, T> reader, String meaning) {

  /** The environment variable that overrides it. */
  public String variable() {
    return "TAILRACE_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** The group it stands in, or "" on top. */
  String group() {
    int dot = path.indexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  String key() {
    return path.substring(path.indexOf('.') + 1);
  }
}
