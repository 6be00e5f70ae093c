package io.tailrace.topology.config;

import io.tailrace.policies.document.Node;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code telemetry.endpoint} and {@code telemetry.headers}. Messages never contain their
 * values.
 */
final class TelemetrySettings {
  private static final Pattern HEADER =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+)\\s*=\\s*([!-~](?:[ -~]*[!-~])?)");

  /** Headers that the client or the exporter sets. */
  private static final Set<String> NOT_FOR_USERS =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "host",
          "transfer-encoding",
          "upgrade");

  private TelemetrySettings() {}

  /** Reads a URL and removes a trailing slash. */
  static Optional<URI> readEndpoint(Node node) {
    String text = node.string();
    try {
      URI uri = new URI(text.replaceFirst("/+$", ""));
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean isBare =
          uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
      if (isHttp && uri.getHost() != null && isBare) {
        return Optional.of(uri);
      }
    } catch (URISyntaxException e) {
      // reported below
    }
    return node.fault(
        "a URL such as http://collector:4318, without login or query", Optional.empty());
  }

  /** Reads headers by name, in the configured order. */
  static Map<String, String> readHeaders(Node node) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String part : node.string().split(",", -1)) {
      Matcher header = HEADER.matcher(part.strip());
      if (!header.matches()
          || NOT_FOR_USERS.contains(header.group(1).toLowerCase(Locale.ROOT))
          || headers.put(header.group(1), header.group(2)) != null) {
        return node.fault(
            "headers such as authorization=Bearer abc, x-tenant=shop, each once", Map.of());
      }
    }
    return Collections.unmodifiableMap(headers);
  }
}
