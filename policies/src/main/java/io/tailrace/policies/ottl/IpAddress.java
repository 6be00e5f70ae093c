package io.tailrace.policies.ottl;

import java.util.Arrays;

/** IP addresses as bytes: 4, or 16 for those of version 6. Asks no resolver. */
final class IpAddress {
  private static final int GROUPS = 8;

  private IpAddress() {}

  static byte[] parse(String text) {
    if (text.length() > 45) {
      throw broken();
    }
    return text.indexOf(':') >= 0 ? version6(text) : version4(text);
  }

  /**
   * Whether an address is in a network.
   *
   * @param cidr such as {@code 10.0.0.0/8}
   */
  static boolean isIn(byte[] address, String cidr) {
    int slash = cidr.indexOf('/');
    if (slash < 0) {
      throw broken();
    }
    byte[] network = parse(cidr.substring(0, slash));
    int bits = number(cidr.substring(slash + 1), 10, network.length * Byte.SIZE);
    if (network.length != address.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % Byte.SIZE);
      if (((network[i / Byte.SIZE] ^ address[i / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] version4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      throw broken();
    }
    byte[] address = new byte[4];
    for (int i = 0; i < 4; i++) {
      if (parts[i].length() > 1 && parts[i].startsWith("0")) {
        throw broken(); // some read it as octal
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
      int group = parts[i].length() > 4 ? -1 : number(parts[i], 16, 0xffff);
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
