package io.tailrace.policies.ottl;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * The hash of a network flow, the same for both directions. By version 1 of the Community ID
 * specification (corelight/community-id-spec), but with ICMP types taken as ports like any other,
 * as the Collector does.
 */
final class CommunityId {
  private static final String DEFAULT_PROTOCOL = "TCP";
  private static final Map<String, Integer> PROTOCOLS =
      Map.of("ICMP", 1, DEFAULT_PROTOCOL, 6, "UDP", 17, "RSVP", 46, "ICMP6", 58, "SCTP", 132);
  private static final int MAX = 0xffff;

  /** An address of version 4, written as one of version 6, has ten zeros and these before it. */
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private CommunityId() {}

  /** Of a source's address and port, a destination's, and perhaps a protocol and a seed. */
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

  /** The shorter address first, then the lower, then the lower port. */
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
