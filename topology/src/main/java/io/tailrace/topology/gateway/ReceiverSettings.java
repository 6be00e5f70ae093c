package io.tailrace.topology.gateway;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the receiver.
 *
 * @param host listen address
 * @param grpcPort 0: any free port, -1: disabled
 * @param httpPort 0: any free port, -1: disabled
 * @param tls files; null for no TLS
 * @param tokens accepted bearer tokens; none: requests need no token
 * @param maxRequestBytes limit of a request before and after decompression
 * @param maxInFlightBytes limit of all requests without an answer
 * @param topic destination topic
 * @param keyed whether records are keyed by trace ID
 * @param toDrain maximum wait for the result of a request, also during a stop
 */
public record ReceiverSettings(
    String host,
    int grpcPort,
    int httpPort,
    @Nullable Tls tls,
    List<String> tokens,
    int maxRequestBytes,
    long maxInFlightBytes,
    String topic,
    boolean keyed,
    Duration toDrain) {}
