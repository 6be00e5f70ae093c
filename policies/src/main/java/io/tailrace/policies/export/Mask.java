package io.tailrace.policies.export;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Replaces matched text with a fixed mask or with its hash in hex. Immutable, thread-safe. */
final class Mask {
  static final Mask STARS = new Mask("", "", new byte[0]);

  /** Matches each line: as in the Collector, line breaks of a masked value stay. */
  private static final Pattern WHOLE = Pattern.compile(".*");

  /** A hash for each char of a large text must not fill the heap. */
  static final int MAX_CHARS = 16 << 20;

  private static final String FIXED = "****";
  private static final String HMAC = "Hmac";

  private final String name;
  private final String algorithm; // of the JDK; empty for the fixed mask
  private final byte[] key;

  private Mask(String name, String algorithm, byte[] key) {
    this.name = name;
    this.algorithm = algorithm;
    this.key = key;
  }

  /**
   * Returns a mask that hashes.
   *
   * @param name for people
   * @param algorithm name in the JDK
   * @param key secret of a keyed hash
   */
  static Mask hash(String name, String algorithm, byte[] key) {
    return new Mask(name, algorithm, key);
  }

  /** Says what replaces a text. */
  String description() {
    return algorithm.isEmpty() ? "masked" : "replaced by its " + name + " hash";
  }

  String whole(String text) {
    return matches(WHOLE, text);
  }

  /**
   * Replaces all matches like Go's {@code Regexp.ReplaceAllStringFunc}: an empty match directly
   * after another match does not count.
   *
   * @throws TooLongException if the result has more than {@value #MAX_CHARS} chars
   */
  String matches(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    StringBuilder replaced = new StringBuilder(text.length());
    int copied = 0;
    int at = 0;
    while (at <= text.length() && matcher.find(at)) {
      int start = matcher.start();
      int end = matcher.end();
      replaced.append(text, copied, start);
      if (end > copied || start == 0) {
        replaced.append(of(text.substring(start, end)));
      }
      if (replaced.length() > MAX_CHARS) {
        throw new TooLongException(MAX_CHARS);
      }
      copied = end;
      at = Math.max(end, at + (at < text.length() ? Character.charCount(text.codePointAt(at)) : 1));
    }
    return replaced.append(text, copied, text.length()).toString();
  }

  private String of(String match) {
    return algorithm.isEmpty()
        ? FIXED
        : HexFormat.of().formatHex(hashed(match.getBytes(StandardCharsets.UTF_8)));
  }

  private byte[] hashed(byte[] text) {
    try {
      if (!algorithm.startsWith(HMAC)) {
        return MessageDigest.getInstance(algorithm).digest(text);
      }
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " (expected: in every JDK)", e);
    }
  }
}
