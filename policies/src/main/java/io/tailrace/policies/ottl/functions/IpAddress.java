package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Parses IP addresses to bytes: 4 for IPv4, 16 for IPv6. Does not use a resolver. */
final class IpAddress {
  private static final int GROUPS = 8;

  private IpAddress() {}

  static byte[] parse(String text) {
    if (text.length() > 45) {
      throw broken();
    }
    return text.indexOf(':') >= 0 ? version6(text) : version4(text);
  }

  /** Parses an address. Null if invalid. An IPv4-mapped IPv6 address has 4 bytes. */
  static byte @Nullable [] parseOrNull(String text) {
    byte[] address = rawOrNull(text);
    return address == null ? null : shortest(address);
  }

  /** Parses an address to 4 bytes, or 16 bytes in IPv6 notation. Null if invalid. */
  static byte @Nullable [] rawOrNull(String text) {
    try {
      return parse(text);
    } catch (EvaluationException e) {
      return null;
    }
  }

  /** Returns the last 4 bytes of an IPv4-mapped IPv6 address. */
  static byte[] shortest(byte[] address) {
    boolean mapped = address.length == 16 && (address[10] & address[11] & 0xff) == 0xff;
    for (int i = 0; i < 10 && mapped; i++) {
      mapped = address[i] == 0;
    }
    return mapped ? Arrays.copyOfRange(address, 12, 16) : address;
  }

  private static byte[] version4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      throw broken();
    }
    byte[] address = new byte[4];
    for (int i = 0; i < 4; i++) {
      if (parts[i].length() > 1 && parts[i].startsWith("0")) {
        throw broken(); // ambiguous: some parsers read it as octal
      }
      address[i] = (byte) number(parts[i], 10, 0xff);
    }
    return address;
  }

  private static byte[] version6(String text) {
    int gap = text.indexOf("::");
    byte[] before = groups(gap < 0 ? text : text.substring(0, gap));
    byte[] after = gap < 0 ? new byte[0] : groups(text.substring(gap + 2));
    int length = before.length + after.length;
    if (gap < 0 ? length != 2 * GROUPS : length > 2 * (GROUPS - 1)) {
      throw broken();
    }
    byte[] address = Arrays.copyOf(before, 2 * GROUPS);
    System.arraycopy(after, 0, address, address.length - after.length, after.length);
    return address;
  }

  private static byte[] groups(String text) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    boolean endsIn4 = parts[parts.length - 1].indexOf('.') >= 0;
    int groups = endsIn4 ? parts.length - 1 : parts.length;
    byte[] bytes = new byte[2 * groups + (endsIn4 ? 4 : 0)];
    for (int i = 0; i < groups; i++) {
      if (parts[i].length() > 4) {
        throw broken();
      }
      int group = number(parts[i], 16, 0xffff);
      bytes[2 * i] = (byte) (group >> Byte.SIZE);
      bytes[2 * i + 1] = (byte) group;
    }
    if (endsIn4) {
      System.arraycopy(version4(parts[groups]), 0, bytes, 2 * groups, 4);
    }
    return bytes;
  }

  private static int number(String digits, int radix, int max) {
    if (digits.isEmpty() || digits.length() > 4) {
      throw broken();
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) < 0x80 ? Character.digit(digits.charAt(i), radix) : -1;
      value = value * radix + digit;
      if (digit < 0) {
        throw broken();
      }
    }
    if (value > max) {
      throw broken();
    }
    return value;
  }

  private static EvaluationException broken() {
    return new EvaluationException("no IP address or network");
  }
}
