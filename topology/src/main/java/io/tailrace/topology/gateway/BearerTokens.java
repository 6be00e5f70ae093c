package io.tailrace.topology.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tokens of senders (RFC 6750, section 2.1). Thread-safe. */
final class BearerTokens {
  private static final String SCHEME = "Bearer ";

  private final List<byte[]> tokens;

  /**
   * @param tokens accepted tokens; none: requests need no token
   */
  BearerTokens(Collection<String> tokens) {
    this.tokens = tokens.stream().map(BearerTokens::bytes).toList();
  }

  /**
   * Returns whether a request is accepted. Takes the same time for each wrong token of one length.
   *
   * @param authorization value of its header; null if absent
   */
  boolean accept(@Nullable String authorization) {
    if (tokens.isEmpty()) {
      return true;
    }
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] sent = bytes(authorization.substring(SCHEME.length()).strip());
    boolean isRight = false;
    for (byte[] token : tokens) {
      isRight |= MessageDigest.isEqual(token, sent);
    }
    return isRight;
  }

  private static byte[] bytes(String token) {
    return token.getBytes(StandardCharsets.UTF_8);
  }
}
