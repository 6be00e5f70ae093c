package io.tailrace.policies.ottl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Takes a URL apart by RFC 3986, under the names of the semantic conventions. */
final class UrlParts {
  private final Map<String, Object> parts = new LinkedHashMap<>();
  private final String url;

  UrlParts(String url) {
    this.url = url;
  }

  /** Original, domain, scheme and path are always there; the rest if the URL has it. */
  Map<String, Object> parts() {
    boolean controls = url.chars().anyMatch(c -> c < ' ' || c == 0x7f);
    if (url.isEmpty() || controls || url.startsWith("?")) {
      throw broken();
    }
    parts.put("url.original", url);
    String rest = cut(url, '#', "url.fragment");
    rest = cut(rest, '?', "url.query");
    if (parts.get("url.fragment") instanceof String fragment) {
      parts.put("url.fragment", decoded(fragment));
    }
    rest = scheme(rest);
    parts.put("url.domain", "");
    if (rest.startsWith("//")) {
      int end = rest.indexOf('/', 2);
      authority(rest.substring(2, end < 0 ? rest.length() : end));
      rest = end < 0 ? "" : rest.substring(end);
    }
    path(decoded(rest));
    return parts;
  }

  /** Takes off what follows the first {@code mark}. */
  private String cut(String text, char mark, String name) {
    int at = text.indexOf(mark);
    if (at >= 0 && at + 1 < text.length()) {
      parts.put(name, text.substring(at + 1));
    }
    return at < 0 ? text : text.substring(0, at);
  }

  private String scheme(String text) {
    int colon = text.indexOf(':');
    boolean valid = colon > 0 && isAlpha(text.charAt(0));
    for (int i = 0; i < colon; i++) {
      char c = text.charAt(i);
      valid &= isAlpha(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    }
    int slash = text.indexOf('/');
    if (colon >= 0 && !valid && (slash < 0 || colon < slash)) {
      throw broken();
    }
    parts.put("url.scheme", valid ? text.substring(0, colon).toLowerCase(Locale.ROOT) : "");
    return valid ? text.substring(colon + 1) : text;
  }

  private void authority(String authority) {
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      user(authority.substring(0, at));
    }
    String host = authority.substring(at + 1);
    int colon = host.startsWith("[") ? host.indexOf(':', host.indexOf(']') + 1) : host.indexOf(':');
    if ((host.startsWith("[") && host.indexOf(']') < 0) || host.indexOf(' ') >= 0) {
      throw broken();
    }
    if (colon >= 0 && colon + 1 < host.length()) {
      Long port = Strings.integerOrNull(host.substring(colon + 1));
      if (port == null || port < 0) {
        throw broken();
      }
      parts.put("url.port", port);
    }
    String name = colon < 0 ? host : host.substring(0, colon);
    boolean bracketed = name.startsWith("[") && name.endsWith("]");
    parts.put("url.domain", bracketed ? name.substring(1, name.length() - 1) : decoded(name));
  }

  private void user(String userInfo) {
    parts.put("url.user_info", userInfo);
    int colon = userInfo.indexOf(':');
    parts.put("url.username", decoded(colon < 0 ? userInfo : userInfo.substring(0, colon)));
    if (colon >= 0) {
      parts.put("url.password", decoded(userInfo.substring(colon + 1)));
    }
  }

  private void path(String path) {
    parts.put("url.path", path);
    int dot = path.lastIndexOf('.');
    if (dot >= 0 && dot > path.lastIndexOf('/') && dot + 1 < path.length()) {
      parts.put("url.extension", path.substring(dot + 1));
    }
  }

  private static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = Strings.utf8(text);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    int i = 0;
    while (i < bytes.length) {
      boolean escape = bytes[i] == '%';
      decoded.write(escape ? escaped(bytes, i) : bytes[i]);
      i += escape ? 3 : 1;
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  private static int escaped(byte[] bytes, int at) {
    int high = at + 2 < bytes.length ? Character.digit(bytes[at + 1], 16) : -1;
    int low = at + 2 < bytes.length ? Character.digit(bytes[at + 2], 16) : -1;
    if (high < 0 || low < 0) {
      throw broken();
    }
    return high * 16 + low;
  }

  private static boolean isAlpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static EvaluationException broken() {
    return new EvaluationException("no URL");
  }
}
