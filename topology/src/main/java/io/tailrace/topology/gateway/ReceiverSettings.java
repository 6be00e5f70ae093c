package io.tailrace.topology.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the receiver.
 *
 * @param host listen address
 * @param grpcPort 0: any free port, -1: disabled
 * @param httpPort 0: any free port, -1: disabled
 * @param tls certificate and key; null for no TLS
 * @param maxRequestBytes limit of a request before and after decompression
 * @param maxInFlightBytes limit of all requests without an answer
 * @param topic destination topic
 * @param keyed whether records are keyed by trace ID
 * @param toDrain maximum wait for requests in flight during a stop
 */
public record ReceiverSettings(
    String host,
    int grpcPort,
    int httpPort,
    @Nullable Tls tls,
    int maxRequestBytes,
    long maxInFlightBytes,
    String topic,
    boolean keyed,
    Duration toDrain) {}
