package io.tailrace.policies.ottl.functions;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Built-in patterns of Grok expressions. */
final class GrokPatterns {
  static final Map<String, String> BY_NAME = read();

  private GrokPatterns() {}

  private static Map<String, String> read() {
    try (InputStream in = GrokPatterns.class.getResourceAsStream("grok-patterns.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      Map<String, String> patterns = new HashMap<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int end = line.indexOf(' ');
        if (end > 0 && !line.startsWith("#")) {
          patterns.put(line.substring(0, end), line.substring(end + 1));
        }
      }
      return Map.copyOf(patterns);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
