package io.tailrace.policies.ottl.functions;

import org.jspecify.annotations.Nullable;

/** A network such as {@code 10.0.0.0/8}. */
record IpNetwork(byte[] address, int bits) {
  /** Parses a network. Null if invalid. An IPv4-mapped IPv6 network counts prefix bits as IPv6. */
  static @Nullable IpNetwork parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = slash < 0 ? null : IpAddress.rawOrNull(text.substring(0, slash));
    if (address == null) {
      return null;
    }
    int bits = prefix(text.substring(slash + 1), address.length * Byte.SIZE);
    return bits < 0 ? null : new IpNetwork(address, bits);
  }

  /** Parses a prefix length. Negative if invalid. */
  private static int prefix(String digits, int max) {
    if (digits.isEmpty()
        || digits.length() > 3
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    int bits = Integer.parseInt(digits);
    return bits <= max ? bits : -1;
  }

  /**
   * Returns whether the address is in the network.
   *
   * @param target 4 bytes of an IPv4 address, or 16 bytes of an IPv6 address
   */
  boolean contains(byte[] target) {
    byte[] network = IpAddress.shortest(address);
    if (network.length != target.length) {
      return false;
    }
    int from = (address.length - network.length) * Byte.SIZE;
    for (int i = 0; i < bits - from; i++) {
      int mask = 0x80 >> (i % Byte.SIZE);
      if (((network[i / Byte.SIZE] ^ target[i / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
