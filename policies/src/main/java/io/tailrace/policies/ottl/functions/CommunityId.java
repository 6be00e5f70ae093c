package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * Computes the hash of a network flow, equal for both directions. Implements version 1 of the
 * Community ID specification (corelight/community-id-spec), except that ICMP types are treated as
 * ports, as in the Collector.
 */
final class CommunityId {
  private static final String DEFAULT_PROTOCOL = "TCP";
  private static final Map<String, Integer> PROTOCOLS =
      Map.of("ICMP", 1, DEFAULT_PROTOCOL, 6, "UDP", 17, "RSVP", 46, "ICMP6", 58, "SCTP", 132);
  private static final int MAX = 0xffff;

  /** Prefix of an IPv4 address that is mapped into IPv6. */
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private CommunityId() {}

  /**
   * Arguments: source address and port, destination address and port, and optionally protocol and
   * seed.
   */
  static String of(Object[] a) {
    byte[] source = address((String) a[0]);
    int sourcePort = upTo16Bits(a[1]);
    byte[] destination = address((String) a[2]);
    int destinationPort = upTo16Bits(a[3]);
    Integer protocol = PROTOCOLS.get(a[4] == null ? DEFAULT_PROTOCOL : (String) a[4]);
    if (protocol == null) {
      throw new EvaluationException("no such protocol");
    }
    int seed = a[5] == null ? 0 : upTo16Bits(a[5]);
    boolean inOrder = inOrder(source, sourcePort, destination, destinationPort);
    ByteBuffer flow = ByteBuffer.allocate(source.length + destination.length + 8);
    flow.putShort((short) seed)
        .put(inOrder ? source : destination)
        .put(inOrder ? destination : source)
        .putShort((short) (protocol << Byte.SIZE))
        .putShort((short) (inOrder ? sourcePort : destinationPort))
        .putShort((short) (inOrder ? destinationPort : sourcePort));
    byte[] hash = HashConverters.sha1(flow.array());
    return "1:" + Base64.getEncoder().encodeToString(hash);
  }

  /** Orders by address length, then address, then port. */
  private static boolean inOrder(byte[] a, int portA, byte[] b, int portB) {
    int order = a.length == b.length ? Arrays.compareUnsigned(a, b) : a.length - b.length;
    return order == 0 ? portA <= portB : order < 0;
  }

  private static byte[] address(String text) {
    byte[] address = IpAddress.parse(text);
    boolean mapped =
        address.length > MAPPED.length
            && Arrays.equals(address, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
    return mapped ? Arrays.copyOfRange(address, MAPPED.length, address.length) : address;
  }

  private static int upTo16Bits(Object value) {
    long number = (Long) value;
    if (number < 0 || number > MAX) {
      throw new EvaluationException("a port or seed that is not between 0 and " + MAX);
    }
    return (int) number;
  }
}
