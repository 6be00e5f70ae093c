package io.tailrace.topology.console;

import com.sun.net.httpserver.Headers;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Who may use the console: on a loopback address whoever is on the machine, elsewhere whoever has
 * the token. Thread-safe.
 */
public final class Access {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);
  private static final Pattern PORT = Pattern.compile(":[0-9]+$");
  private static final String BEARER = "Bearer ";

  private final boolean isLoopback;
  private final Set<String> ownNames = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final byte[] token;

  /** Why somebody is not let in. */
  public record Refusal(int status, String why) {}

  /**
   * Rules for a server.
   *
   * @param host that it listens on
   * @param advertised other name that it is known by
   * @param token that all have to bring, wherever it listens
   */
  public Access(String host, Optional<String> advertised, Optional<String> token) {
    this.isLoopback = isLoopback(host);
    this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
    ownNames.add(host);
    ownNames.add("[" + host + "]");
    advertised.ifPresent(ownNames::add);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** For the page itself, which holds no data and asks for the token. */
  Optional<Refusal> toPage(Headers request) {
    if (isLoopback) {
      // A page of elsewhere whose name now leads here is of the same origin to its browser.
      return isOurs(request.getFirst("Host"))
          ? Optional.empty()
          : refusal(403, "Host: not a name of this machine (expected: localhost or 127.0.0.1)");
    }
    return token == null
        ? refusal(
            403,
            "admin.token: none (expected: one, since admin.host is no loopback address; set"
                + " TAILRACE_ADMIN_TOKEN to open the console)")
        : Optional.empty();
  }

  /** For what the page asks. */
  public Optional<Refusal> toData(Headers request) {
    return toPage(request).or(() -> withToken(request));
  }

  /** For what changes something. */
  Optional<Refusal> toChange(Headers request) {
    Optional<Refusal> refused = toData(request);
    if (refused.isPresent()) {
      return refused;
    }
    String type = request.getFirst("Content-Type");
    if (type == null
        || !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
      return refusal(415, "Content-Type (expected: application/json)");
    }
    return isSameOrigin(request)
        ? Optional.empty()
        : refusal(403, "Origin: another site (expected: the console's own page)");
  }

  /** For the verdict on a trace, which is for anybody unless there is a token. */
  public Optional<Refusal> toVerdicts(Headers request) {
    return withToken(request);
  }

  private Optional<Refusal> withToken(Headers request) {
    if (token == null) {
      return Optional.empty();
    }
    String sent = request.getFirst("Authorization");
    boolean isRight =
        sent != null
            && sent.startsWith(BEARER)
            && MessageDigest.isEqual(
                token, sent.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
    return isRight
        ? Optional.empty()
        : refusal(401, "Authorization (expected: Bearer and the token of admin.token)");
  }

  private boolean isOurs(String hostHeader) {
    if (hostHeader == null) {
      return false;
    }
    String name = PORT.matcher(hostHeader).replaceFirst("");
    return LOOPBACK.matcher(name).matches() || ownNames.contains(name);
  }

  /** Whoever sends neither header is no browser. */
  private static boolean isSameOrigin(Headers request) {
    String site = request.getFirst("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      return false;
    }
    String origin = request.getFirst("Origin");
    if (origin == null) {
      return true;
    }
    try {
      return URI.create(origin).getRawAuthority() != null
          && URI.create(origin).getRawAuthority().equalsIgnoreCase(request.getFirst("Host"));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<Refusal> refusal(int status, String why) {
    return Optional.of(new Refusal(status, why));
  }
}
