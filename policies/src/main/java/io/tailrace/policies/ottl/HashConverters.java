package io.tailrace.policies.ottl;

import static io.tailrace.policies.ottl.Parameter.Accepts.STRING;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/** Hashes of text, of its bytes as UTF-8. Of the empty text most are empty, as in the Collector. */
final class HashConverters {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private HashConverters() {}

  static List<Converter> all() {
    return List.of(
        ofFilled("FNV", Type.ANY, HashConverters::fnv),
        digest("MD5", "MD5"),
        digest("SHA1", "SHA-1"),
        digest("SHA256", "SHA-256"),
        digest("SHA512", "SHA-512"),
        of("Murmur3Hash", Type.STRING, Murmur3::hash32),
        of("Murmur3Hash128", Type.STRING, Murmur3::hash128));
  }

  private static Converter digest(String name, String algorithm) {
    return ofFilled(name, Type.STRING, bytes -> digest(bytes, algorithm));
  }

  private static Converter ofFilled(String name, Type type, Function<byte[], Object> hash) {
    return of(name, type, bytes -> bytes.length == 0 ? "" : hash.apply(bytes));
  }

  private static Converter of(String name, Type type, Function<byte[], Object> hash) {
    return Converter.named(name)
        .takes("value", STRING)
        .gives(type, (a, frame) -> hash.apply(Strings.utf8((String) a[0])));
  }

  private static String digest(byte[] bytes, String algorithm) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java runtime has these, MD5 too
    }
  }

  /** FNV-1a of 64 bits. */
  private static Long fnv(byte[] bytes) {
    long hash = FNV_OFFSET;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
