package io.tailrace.topology.config;

import com.google.re2j.Pattern;
import io.tailrace.serdes.Encoding;

/**
 * A pattern that selects topics with spans by name.
 *
 * @param regex starts with {@code ^}; matches a prefix of the name, as in the Collector's kafka
 *     receiver
 * @param encoding encoding of all selected topics
 */
public record IngestPattern(Pattern regex, Encoding encoding) {
  public boolean matches(String topic) {
    return regex.matcher(topic).find();
  }

  public String text() {
    return regex.pattern();
  }
}
