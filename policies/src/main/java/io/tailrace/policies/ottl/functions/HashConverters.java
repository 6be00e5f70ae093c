package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.Strings;
import io.tailrace.policies.ottl.values.Type;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/** Hash functions on the UTF-8 bytes of a text. The empty text has a hash too. */
final class HashConverters {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private HashConverters() {}

  static List<Converter> all() {
    return List.of(
        of("FNV", Type.INT, HashConverters::fnv),
        digest("MD5", "MD5"),
        digest("SHA1", "SHA-1"),
        digest("SHA256", "SHA-256"),
        digest("SHA512", "SHA-512"),
        of("Murmur3Hash", Type.STRING, HashConverters::murmur32),
        of("Murmur3Hash128", Type.STRING, HashConverters::murmur128),
        of("XXH3", Type.STRING, HashConverters::xxh3),
        of("XXH128", Type.STRING, HashConverters::xxh128));
  }

  private static Converter digest(String name, String algorithm) {
    return of(name, Type.STRING, bytes -> HexFormat.of().formatHex(digested(bytes, algorithm)));
  }

  private static Converter of(String name, Type type, Function<byte[], Object> hash) {
    return Converter.named(name)
        .takes("value", STRING)
        .gives(type, (a, frame) -> hash.apply(Strings.utf8((String) a[0])));
  }

  static byte[] sha1(byte[] bytes) {
    return digested(bytes, "SHA-1");
  }

  private static byte[] digested(byte[] bytes, String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java runtime has these algorithms, including MD5
    }
  }

  /** Hashes with seed 0 (x86, 32 bits). The low byte is first, as in the Collector. */
  private static String murmur32(byte[] bytes) {
    int hash = Hashing.murmur3_32().hashBytesToInt(bytes);
    return HexFormat.of().toHexDigits(Integer.reverseBytes(hash));
  }

  /** Hashes with seed 0 (x64, 128 bits). The low byte of each word is first. */
  private static String murmur128(byte[] bytes) {
    HashValue128 hash = Hashing.murmur3_128().hashBytesTo128Bits(bytes);
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(Long.reverseBytes(hash.getLeastSignificantBits()))
        + hex.toHexDigits(Long.reverseBytes(hash.getMostSignificantBits()));
  }

  private static String xxh3(byte[] bytes) {
    return HexFormat.of().toHexDigits(Hashing.xxh3_64().hashBytesToLong(bytes));
  }

  private static String xxh128(byte[] bytes) {
    HashValue128 hash = Hashing.xxh3_128().hashBytesTo128Bits(bytes);
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(hash.getMostSignificantBits())
        + hex.toHexDigits(hash.getLeastSignificantBits());
  }

  /** 64-bit FNV-1a. */
  private static Long fnv(byte[] bytes) {
    long hash = FNV_OFFSET;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
