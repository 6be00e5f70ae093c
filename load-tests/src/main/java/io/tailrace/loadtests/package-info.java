/** An embedded Kafka broker for the demo and the crash tests. */
package io.tailrace.loadtests;
