package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Strings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Splits a URL into attributes named by the semantic conventions, by the rules of Go's {@code
 * net/url}. Processes text as UTF-8 bytes, one char per byte.
 */
final class UrlParts {
  private static final int IPV6_BYTES = 16;
  private static final String UNRESERVED = "-_.~";
  private static final String IN_HOSTS = "!$&'()*+,;=:[]<>\"";
  private static final String IN_USERS = "$&+,;=";
  private static final String IN_PATHS = "$&+,/:;=@";
  private static final String IN_FRAGMENTS = "$&+,/:;=?@!()*";
  private static final String IN_ENCODED = "!$&'()*+,;=:@[]%";

  private final Map<String, Object> parts = new LinkedHashMap<>();
  private final String url;
  private String user = "";
  private String host = "";
  private boolean hasUser;

  UrlParts(String url) {
    this.url = new String(Strings.utf8(url), StandardCharsets.ISO_8859_1);
  }

  /** Returns the parts. Original, domain, scheme and path are always present. */
  Map<String, Object> parts() {
    if (url.isEmpty()) {
      throw broken();
    }
    if (url.startsWith("?")) {
      return query(url.substring(1));
    }
    int hash = url.indexOf('#');
    String fragment = hash < 0 ? "" : url.substring(hash + 1);
    String rest = hash < 0 ? url : url.substring(0, hash);
    if (rest.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw broken();
    }
    String scheme = rest.equals("*") ? "" : scheme(rest);
    rest = rest.substring(scheme.isEmpty() ? 0 : scheme.length() + 1);
    int mark = rest.indexOf('?');
    String query = mark < 0 ? "" : rest.substring(mark + 1);
    rest = mark < 0 ? rest : rest.substring(0, mark);
    boolean opaque = !rest.startsWith("/") && !scheme.isEmpty();
    if (!opaque && !rest.startsWith("/") && rest.split("/", 2)[0].contains(":")) {
      throw broken();
    }
    boolean hasAuthority = rest.startsWith("//") && (!scheme.isEmpty() || !rest.startsWith("///"));
    if (hasAuthority) {
      int end = rest.indexOf('/', 2);
      authority(scheme, rest.substring(2, end < 0 ? rest.length() : end));
      rest = end < 0 ? "" : rest.substring(end);
    }
    String path = opaque ? "" : unescaped(rest, "");
    String plainFragment = unescaped(fragment, "");
    put("url.scheme", scheme.toLowerCase(Locale.ROOT));
    put("url.path", path);
    domain();
    if (!plainFragment.isEmpty()) {
      put("url.fragment", plainFragment);
    }
    if (!query.isEmpty()) {
      put("url.query", query);
    }
    int dot = path.lastIndexOf('.');
    if (dot >= 0 && dot + 1 < path.length()) {
      put("url.extension", path.substring(dot + 1));
    }
    String written = opaque ? rest : written(path, rest, scheme, hasAuthority);
    String schemePart = scheme.isEmpty() ? "" : scheme.toLowerCase(Locale.ROOT) + ":";
    String fragmentPart = encoded(fragment, plainFragment, IN_FRAGMENTS);
    put(
        "url.original",
        schemePart
            + written
            + (mark < 0 ? "" : "?")
            + query
            + (plainFragment.isEmpty() ? "" : "#" + fragmentPart));
    return parts;
  }

  /** Returns the text between the scheme and the query. */
  private String written(String path, String raw, String scheme, boolean hasAuthority) {
    String escapedPath = path.equals("*") ? "*" : encoded(raw, path, IN_PATHS);
    boolean slashes =
        (!host.isEmpty() || hasUser || (hasAuthority && !scheme.isEmpty()))
            && (!host.isEmpty() || !path.isEmpty() || hasUser);
    String before =
        slashes ? "//" + (hasUser ? user + "@" : "") + escaped(host, UNRESERVED + IN_HOSTS) : "";
    boolean looksLikeAScheme =
        before.isEmpty() && scheme.isEmpty() && escapedPath.split("/", 2)[0].contains(":");
    return before + (looksLikeAScheme ? "./" : "") + escapedPath;
  }

  /** Returns the scheme without its colon. Empty if there is none. */
  private static String scheme(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':') {
        if (i == 0) {
          throw broken();
        }
        return text.substring(0, i);
      }
      boolean other = isDigit(c) || c == '+' || c == '-' || c == '.';
      if (!isAlpha(c) && (i == 0 || !other)) {
        return "";
      }
    }
    return "";
  }

  private void authority(String scheme, String authority) {
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      user(authority.substring(0, at));
    }
    String raw = authority.substring(at + 1);
    host = raw.startsWith("[") ? addressAndPort(raw) : nameAndPort(scheme, raw);
  }

  private static String addressAndPort(String raw) {
    int close = raw.lastIndexOf(']');
    if (close < 0 || raw.lastIndexOf('[') > 0 || !isPort(raw.substring(close + 1))) {
      throw broken();
    }
    String literal = raw.substring(1, close);
    int zoneAt = literal.indexOf("%25");
    String address = unescaped(zoneAt < 0 ? literal : literal.substring(0, zoneAt), IN_HOSTS);
    String zone = zoneAt < 0 ? "" : "%" + unescaped(literal.substring(zoneAt + 3), "");
    byte[] bytes = IpAddress.rawOrNull(address);
    if (bytes == null || bytes.length != IPV6_BYTES || zone.equals("%")) {
      throw broken();
    }
    return "[" + address + zone + "]" + raw.substring(close + 1);
  }

  /** Accepts lists of hosts and ports, which database drivers use, except for HTTP. */
  private static String nameAndPort(String scheme, String raw) {
    boolean http = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
    int colon = http ? raw.indexOf(':') : raw.lastIndexOf(':');
    if (raw.indexOf('[') >= 0 || (colon >= 0 && !isPort(raw.substring(colon)))) {
      throw broken();
    }
    return unescaped(raw, IN_HOSTS);
  }

  /** Returns whether the text is empty, or a colon and digits. */
  private static boolean isPort(String text) {
    return text.isEmpty()
        || (text.charAt(0) == ':' && text.chars().skip(1).allMatch(c -> isDigit((char) c)));
  }

  private void domain() {
    int colon = host.lastIndexOf(':');
    boolean port = colon >= 0 && isPort(host.substring(colon));
    String name = port ? host.substring(0, colon) : host;
    boolean bracketed = name.startsWith("[") && name.endsWith("]");
    put("url.domain", bracketed ? name.substring(1, name.length() - 1) : name);
    if (port && colon + 1 < host.length()) {
      Long number = Strings.integerOrNull(host.substring(colon + 1));
      if (number == null) {
        throw broken();
      }
      parts.put("url.port", number);
    }
  }

  private void user(String userInfo) {
    for (int i = 0; i < userInfo.length(); i++) {
      char c = userInfo.charAt(i);
      if (!isAlpha(c) && !isDigit(c) && "-._:~!$&'()*+,;=%@".indexOf(c) < 0) {
        throw broken();
      }
    }
    int colon = userInfo.indexOf(':');
    String name = unescaped(colon < 0 ? userInfo : userInfo.substring(0, colon), "");
    hasUser = true;
    user = escaped(name, UNRESERVED + IN_USERS);
    if (!name.isEmpty()) {
      put("url.username", name);
    }
    if (colon >= 0) {
      String password = unescaped(userInfo.substring(colon + 1), "");
      put("url.password", password);
      user += ":" + escaped(password, UNRESERVED + IN_USERS);
    }
    put("url.user_info", user);
  }

  private Map<String, Object> query(String query) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.contains(";")) {
        throw broken();
      }
      if (!pair.isEmpty()) {
        String[] keyValue = pair.replace('+', ' ').split("=", 2);
        String value = keyValue.length < 2 ? "" : unescaped(keyValue[1], "");
        @SuppressWarnings("unchecked") // only this method creates lists
        List<Object> ofKey =
            (List<Object>)
                values.computeIfAbsent(text(unescaped(keyValue[0], "")), k -> new ArrayList<>());
        ofKey.add(text(value));
      }
    }
    if (!values.isEmpty()) {
      parts.put("query", values);
    }
    return parts;
  }

  private void put(String name, String latin) {
    parts.put(name, text(latin));
  }

  private static String text(String latin) {
    return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Returns the original text if it is a valid encoding, else encodes it again. */
  private static String encoded(String raw, String plain, String unescaped) {
    String allowed = UNRESERVED + unescaped + IN_ENCODED;
    boolean valid = raw.chars().allMatch(c -> isAlnum((char) c) || allowed.indexOf(c) >= 0);
    return valid ? raw : escaped(plain, UNRESERVED + unescaped);
  }

  private static String escaped(String plain, String unescaped) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (isAlnum(c) || unescaped.indexOf(c) >= 0) {
        escaped.append(c);
      } else {
        escaped.append(String.format("%%%02X", (int) c));
      }
    }
    return escaped.toString();
  }

  /**
   * Resolves escapes.
   *
   * @param ofHost additional characters allowed in a host, where only bytes beyond ASCII are
   *     escaped. Empty for other parts.
   */
  private static String unescaped(String text, String ofHost) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
        boolean percent = high == 2 && low == 5;
        if (high < 0 || low < 0 || (!ofHost.isEmpty() && high < 8 && !percent)) {
          throw broken();
        }
        plain.append((char) (high * 16 + low));
        i += 2;
        continue;
      }
      boolean allowed = isAlnum(c) || c > 0x7f || (UNRESERVED + ofHost).indexOf(c) >= 0;
      if (!ofHost.isEmpty() && !allowed) {
        throw broken();
      }
      plain.append(c);
    }
    return plain.toString();
  }

  private static boolean isAlnum(char c) {
    return isAlpha(c) || isDigit(c);
  }

  private static boolean isAlpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static EvaluationException broken() {
    return new EvaluationException("no URL");
  }
}
