package io.tailrace.topology;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes documents to the config topic. */
final class PolicyPublisher implements AutoCloseable {
  private final String topic;
  private final Producer<String, byte[]> producer;

  PolicyPublisher(TailraceConfig config) {
    topic = config.topics().policies();
    producer =
        new KafkaProducer<>(
            new ClientProperties(config).admin(),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /**
   * Writes one and waits until it is there.
   *
   * @param key of the policy set
   * @throws StartException if it is not known to be there
   */
  RecordMetadata publish(String key, byte[] document) {
    try {
      return producer.send(new ProducerRecord<>(topic, key, document)).get();
    } catch (ExecutionException e) {
      throw new StartException(
          "cannot publish to "
              + topic
              + ": "
              + KafkaFaults.explain(e).orElseGet(() -> e.getCause().toString()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while publishing to " + topic, e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
