package io.tailrace.loadtests.bench.compare;

/**
 * End of a Collector's configuration: an exporter that writes a record for each trace to Kafka, as
 * Tailrace does, its own metrics, and one pipeline.
 *
 * @param topic topic to write to
 * @param sendingQueue settings of {@code sending_queue}
 * @param pipeline receivers and processors of the pipeline
 */
record CollectorOutput(
    String bootstrapServers, String topic, String sendingQueue, String pipeline) {
  /**
   * Returns the text.
   *
   * @param metricsPort port of the Prometheus endpoint
   */
  String text(int metricsPort) {
    return """
        exporters:
          kafka:
            brokers: ["%s"]
            traces: {topic: "%s", encoding: otlp_proto}
            partition_traces_by_id: true
            record_partitioner: {sticky_key: {hasher: murmur2}}
            sending_queue: {%s}
            producer: {compression: lz4, required_acks: -1}
        service:
          telemetry:
            logs: {level: warn}
            metrics:
              level: normal
              readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: %d}}}}]
          pipelines:
            traces: {%s, exporters: [kafka]}
        """
        .formatted(bootstrapServers, topic, sendingQueue, metricsPort, pipeline);
  }
}
