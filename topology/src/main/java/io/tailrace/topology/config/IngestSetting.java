package io.tailrace.topology.config;

import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.RegexCompiler;
import io.tailrace.serdes.Encoding;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parses {@code topics.ingest}: names and patterns separated by commas, each with an optional
 * encoding.
 */
final class IngestSetting {
  /** A comma outside braces. A comma inside is part of a pattern: {@code ^a.{2,3}}. */
  private static final Pattern COMMA = Pattern.compile(",(?![^{},]*})");

  private static final Pattern TOPIC =
      Pattern.compile("(\\^[^=]*|[a-zA-Z0-9._-]+?)(?:\\s*=\\s*(\\w*))?");

  private IngestSetting() {}

  /** Returns encodings by topic or pattern, in the configured order. Empty if not specified. */
  static Map<String, Optional<Encoding>> read(Node node) {
    RegexCompiler compiler = new RegexCompiler();
    Map<String, Optional<Encoding>> topics = new LinkedHashMap<>();
    for (String part : COMMA.split(node.string(), -1)) {
      Matcher topic = TOPIC.matcher(part.strip());
      if (!topic.matches()) {
        return node.fault("names of topics, such as a, b=jaeger_proto, or ^pattern", absent());
      }
      String name = topic.group(1).strip();
      if (isPattern(name)
          && compiler.compile(name, why -> node.fault("as " + name + " " + why, "")).isEmpty()) {
        return absent();
      }
      Optional<String> encoding = Optional.ofNullable(topic.group(2));
      Optional<Encoding> known = encoding.flatMap(IngestSetting::encoding);
      if (encoding.isPresent() && known.isEmpty()) {
        return node.fault("as encoding of " + name + " one of " + encodings(), absent());
      }
      if (topics.put(name, known) != null) {
        return node.fault(name + " once", absent());
      }
    }
    return topics.size() <= IngestTopics.MAX_TOPICS
        ? Collections.unmodifiableMap(topics)
        : node.fault("at most " + IngestTopics.MAX_TOPICS + " topics", absent());
  }

  static boolean isPattern(String entry) {
    return entry.startsWith("^");
  }

  static Map<String, Optional<Encoding>> absent() {
    return Map.of("otlp_spans", Optional.empty());
  }

  private static Optional<Encoding> encoding(String label) {
    return Arrays.stream(Encoding.values()).filter(e -> e.label().equals(label)).findFirst();
  }

  private static String encodings() {
    return List.of(Encoding.values()).stream()
        .map(Encoding::label)
        .collect(Collectors.joining(", "));
  }
}
