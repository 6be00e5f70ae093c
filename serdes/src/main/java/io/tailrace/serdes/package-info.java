/**
 * The OTLP wire side: splitting records by trace id, walking spans, joining a trace's pieces, and
 * the bytes of every value that Tailrace stores. Knows no Kafka Streams and no policies.
 */
package io.tailrace.serdes;
