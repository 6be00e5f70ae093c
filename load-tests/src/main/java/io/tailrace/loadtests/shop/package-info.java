/**
 * A simulated shop whose services are instrumented with the OpenTelemetry SDK and export to Kafka.
 */
package io.tailrace.loadtests.shop;
