/** A simulated shop whose services are traced by the OpenTelemetry SDK, exporting to Kafka. */
package io.tailrace.loadtests.shop;
