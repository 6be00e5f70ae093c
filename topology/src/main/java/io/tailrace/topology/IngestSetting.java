package io.tailrace.topology;

import io.tailrace.policies.document.Node;
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

/** {@code topics.ingest}: names between commas, each with its encoding or without. */
final class IngestSetting {
  private static final Pattern TOPIC = Pattern.compile("([a-zA-Z0-9._-]+)(?:\\s*=\\s*(\\w*))?");

  private IngestSetting() {}

  /** Encodings by topic, in the order that is written; empty where none is. */
  static Map<String, Optional<Encoding>> read(Node node) {
    Map<String, Optional<Encoding>> topics = new LinkedHashMap<>();
    for (String part : node.string().split(",", -1)) {
      Matcher topic = TOPIC.matcher(part.strip());
      if (!topic.matches()) {
        return node.fault("names of topics, such as a, b=jaeger_proto", absent());
      }
      Optional<String> encoding = Optional.ofNullable(topic.group(2));
      Optional<Encoding> known = encoding.flatMap(IngestSetting::encoding);
      if (encoding.isPresent() && known.isEmpty()) {
        return node.fault("as encoding of " + topic.group(1) + " one of " + encodings(), absent());
      }
      if (topics.put(topic.group(1), known) != null) {
        return node.fault(topic.group(1) + " once", absent());
      }
    }
    return topics.size() <= SplitSources.MAX_TOPICS
        ? Collections.unmodifiableMap(topics)
        : node.fault("at most " + SplitSources.MAX_TOPICS + " topics", absent());
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
