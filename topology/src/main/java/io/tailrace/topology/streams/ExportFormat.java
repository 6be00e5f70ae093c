package io.tailrace.topology.streams;

import io.tailrace.serdes.Encoding;

/**
 * Format of the records on the export topic.
 *
 * @param encoding {@code OTLP_PROTO} or {@code OTLP_JSON}
 * @param maxRecordBytes size limit of a record; in unkeyed mode also of shuffle records
 * @param sampleRateAttribute key of the span attribute for the adjusted count; empty: no attribute
 * @param recordPolicy whether scopes carry the name of the deciding policy
 */
public record ExportFormat(
    Encoding encoding, int maxRecordBytes, String sampleRateAttribute, boolean recordPolicy) {}
