package io.tailrace.topology.config;

import com.google.re2j.Pattern;
import io.tailrace.serdes.Encoding;

/**
 * Topics with spans that are found by their names.
 *
 * @param regex begins with {@code ^}; what follows what it describes may be anything, as in the
 *     Collector's kafka receiver
 * @param encoding of all of them
 */
public record IngestPattern(Pattern regex, Encoding encoding) {
  public boolean matches(String topic) {
    return regex.matcher(topic).find();
  }

  public String text() {
    return regex.pattern();
  }
}
