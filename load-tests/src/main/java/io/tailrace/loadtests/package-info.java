/**
 * What the demo and the crash tests run against: a real Kafka broker and a shop that makes traces.
 */
package io.tailrace.loadtests;
