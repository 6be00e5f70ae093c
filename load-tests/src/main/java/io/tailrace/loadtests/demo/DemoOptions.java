package io.tailrace.loadtests.demo;

import java.time.Duration;

/**
 * Options of the demo.
 *
 * @param duration duration of the traffic
 * @param rate spans per second
 * @param errorShare share of traces with an error, 0 to 1
 * @param keyed whether the producer keys by trace id
 * @param kafkaPort port of the broker, or 0
 * @param adminPort port of the first instance's metrics, or 0
 * @param seed seed of the traffic
 */
record DemoOptions(
    Duration duration,
    double rate,
    double errorShare,
    boolean keyed,
    int kafkaPort,
    int adminPort,
    long seed) {}
