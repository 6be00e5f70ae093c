package io.tailrace.topology.gateway;

import java.time.Duration;

/**
 * Limits that protect the gateway, and other senders, from one that is slow or hostile.
 *
 * @param connections limit of the connections of an endpoint
 * @param transferBytes limit of the memory of all requests that are being received
 * @param toTransfer time from the first byte of a request to its last, and for reading an answer
 * @param toShakeHands timeout of handshakes: TLS, and the preface of HTTP/2
 */
record SenderLimits(
    int connections, long transferBytes, Duration toTransfer, Duration toShakeHands) {
  /** Idle timeout of connections. Exporters send every few seconds, or once a minute. */
  static final Duration SILENCE = Duration.ofMinutes(5);

  /** Three times the timeout of exporters. */
  private static final Duration TO_TRANSFER = Duration.ofSeconds(30);

  private static final Duration TO_SHAKE_HANDS = Duration.ofSeconds(10);

  private static final int MAX_CONNECTIONS = 10_000;
  private static final int MIN_CONNECTIONS = 256;
  private static final long MIN_TRANSFER_BYTES = 8 << 20;

  /** Heap of a connection: 5 KiB if quiet, more with headers and calls. */
  private static final int CONNECTION_BYTES = 32 << 10;

  /** Connections of an endpoint use at most this share of the heap. */
  private static final int SHARE_OF_CONNECTIONS = 8;

  /**
   * Returns the limits of a process.
   *
   * @param heapBytes maximum size of the heap
   * @param inFlightBytes limit of requests without an answer, which is that of received ones above
   *     8 MiB, too
   */
  static SenderLimits of(long heapBytes, long inFlightBytes) {
    long connections = heapBytes / SHARE_OF_CONNECTIONS / CONNECTION_BYTES;
    return new SenderLimits(
        (int) Math.max(MIN_CONNECTIONS, Math.min(MAX_CONNECTIONS, connections)),
        Math.max(MIN_TRANSFER_BYTES, inFlightBytes),
        TO_TRANSFER,
        TO_SHAKE_HANDS);
  }
}
