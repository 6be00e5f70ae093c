package io.tailrace.policies.document;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Expands environment references as the Collector does in its configuration: {@code ${env:X}},
 * {@code ${env:X:-default}}, {@code ${X}}, and {@code $$} for a dollar sign. A value that consists
 * of one reference is parsed as YAML. Within a longer text, a reference is text. References in the
 * value of a variable are expanded too.
 */
final class Expansion {
  /** Stops self-references and exponential growth. */
  private static final int MAX_REFERENCES = 1_000;

  private static final String EXPECTED = "a reference such as ${env:NAME} or ${env:NAME:-default}";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Pattern SCHEME = Pattern.compile("(?s)[A-Za-z][A-Za-z0-9+.-]+:.*");

  private final Environment environment;
  private int references;
  private int depth;

  Expansion(Environment environment) {
    this.environment = environment;
  }

  /** Returns whether the text contains a reference or an escaped dollar sign. */
  static boolean concerns(String text) {
    return text.contains("$$") || reference(text) != null;
  }

  static boolean refers(String text) {
    return reference(text) != null;
  }

  /** Expands a scalar. Returns the node itself after a fault. */
  Node expanded(Node node) {
    String text = node.scalarText();
    if (text.equals(reference(text))) {
      return whole(node, text);
    }
    String expanded = text(node, text);
    return expanded == null ? node : node.withScalar(text(expanded));
  }

  /** Parses the value of a reference as YAML. */
  private Node whole(Node node, String reference) {
    String value = value(node, reference);
    if (value == null) {
      return node;
    }
    Findings unheard = new Findings();
    Optional<Node> tree = new TreeBuilder(unheard).build(value);
    if (tree.isPresent() && unheard.faults().isEmpty() && !tree.get().isScalar()) {
      return collection(node, tree.get());
    }
    if (value.equals(reference(value))) {
      return whole(node, value);
    }
    if (reference(value) == null) {
      return node.withScalar(Scalar.resolve(value.replace("$$", "$"), true, "").ofEnvironment());
    }
    String text = text(node, value);
    return text == null ? node : node.withScalar(text(text));
  }

  private Node collection(Node node, Node value) {
    depth++;
    if (depth > TreeBuilder.MAX_DEPTH) {
      return node.fault("at most " + TreeBuilder.MAX_DEPTH + " levels when expanded", node);
    }
    Node expanded = node.replacedBy(value, this);
    depth--;
    return expanded;
  }

  private static Scalar text(String expanded) {
    return new Scalar(Scalar.Type.STRING, expanded.replace("$$", "$"));
  }

  /** Expands every reference in a text. Returns null after a fault. */
  private @Nullable String text(Node node, String text) {
    String expanded = text;
    for (String next = reference(text); next != null; next = reference(expanded)) {
      String value = value(node, next);
      if (value == null) {
        return null;
      }
      expanded = expanded.replace(next, value);
      if (expanded.length() > TreeBuilder.MAX_CHARS) {
        node.fault("at most " + TreeBuilder.MAX_CHARS + " chars when expanded");
        return null;
      }
    }
    return expanded;
  }

  /** Returns the value of a reference. Null after a fault. */
  private @Nullable String value(Node node, String reference) {
    String uri = reference.substring(2, reference.length() - 1);
    Map<String, String> variables = environment.variables();
    if (variables == null) {
      node.fault(
          "no environment reference: `tailrace policies publish` expands it; write $${ for text");
      return null;
    }
    references++;
    if (references > MAX_REFERENCES) {
      node.fault("at most " + MAX_REFERENCES + " references to the environment");
      return null;
    }
    boolean scheme = SCHEME.matcher(uri).matches();
    if (scheme && !uri.startsWith("env:")) {
      node.fault(EXPECTED + ", not " + Shown.quoted(reference));
      return null;
    }
    String variable = scheme ? uri.substring("env:".length()) : uri;
    int end = variable.indexOf(":-");
    String name = end < 0 ? variable : variable.substring(0, end);
    if (!NAME.matcher(name).matches() || uri.contains("$")) {
      node.fault(EXPECTED + ", not " + Shown.quoted(reference));
      return null;
    }
    String value = variables.get(name);
    if (value != null) {
      return value;
    }
    if (end < 0) {
      node.warn("environment variable " + name + " is not set, the value is empty");
      return "";
    }
    return variable.substring(end + 2);
  }

  /**
   * Finds the first reference that contains no other reference and is not escaped by a dollar sign.
   * Null if there is none.
   */
  private static @Nullable String reference(String text) {
    int from = 0;
    for (int close = text.indexOf('}'); close >= 0; close = text.indexOf('}', close + 1)) {
      int open = text.lastIndexOf("${", close);
      if (open >= from) {
        int dollars = 0;
        while (open - dollars > from && text.charAt(open - dollars - 1) == '$') {
          dollars++;
        }
        if (dollars % 2 == 0) {
          return text.substring(open, close + 1);
        }
      }
      from = close + 1;
    }
    return null;
  }
}
