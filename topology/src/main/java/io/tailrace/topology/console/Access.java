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
import org.jspecify.annotations.Nullable;

/**
 * Access control of the console. On a loopback address, users of the machine have access; on other
 * addresses, users with the token. Thread-safe.
 */
public final class Access {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);
  private static final Pattern PORT = Pattern.compile(":[0-9]+$");
  private static final String BEARER = "Bearer ";

  private final boolean isLoopback;
  private final Set<String> ownNames = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final byte @Nullable [] token;

  /** Reason of a denied access. */
  public record Refusal(int status, String why) {}

  /**
   * Creates the rules for a server.
   *
   * @param host listen address
   * @param advertised advertised host name
   * @param token required token, on any address
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

  /** Checks access to the page, which contains no data and asks for the token. */
  Optional<Refusal> toPage(Headers request) {
    if (isLoopback) {
      // DNS rebinding: a browser treats a foreign page whose name now resolves to this host as
      // same-origin.
      return isOurs(request.getFirst("Host"))
          ? Optional.empty()
          : refusal(403, "Host: not a name of this machine (expected: localhost or 127.0.0.1)");
    }
    return token == null
        ? refusal(
            403,
            "admin.token: none (expected: a token, because admin.host is not a loopback address; set"
                + " TAILRACE_ADMIN_TOKEN to enable the console)")
        : Optional.empty();
  }

  /** Checks access to the data of the page. */
  public Optional<Refusal> toData(Headers request) {
    return toPage(request).or(() -> withToken(request));
  }

  /** Checks access to a change. */
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

  /** Checks access to verdicts, which are public unless there is a token. */
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

  private boolean isOurs(@Nullable String hostHeader) {
    if (hostHeader == null) {
      return false;
    }
    String name = PORT.matcher(hostHeader).replaceFirst("");
    return LOOPBACK.matcher(name).matches() || ownNames.contains(name);
  }

  /** Requests with neither header are not from a browser. */
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
