package io.tailrace.topology.gateway;

import java.time.Duration;

/**
 * How to receive.
 *
 * @param host address to listen on
 * @param grpcPort 0: any free one, -1: none
 * @param httpPort the same
 * @param tls null for none
 * @param maxRequestBytes of a request, as it came and unpacked
 * @param maxInFlightBytes of all requests that are not answered
 * @param topic where records go
 * @param keyed whether they are keyed by trace id
 * @param toDrain how long a stop waits for what is in flight
 */
public record ReceiverSettings(
    String host,
    int grpcPort,
    int httpPort,
    Tls tls,
    int maxRequestBytes,
    long maxInFlightBytes,
    String topic,
    boolean keyed,
    Duration toDrain) {}
