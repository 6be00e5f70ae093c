package io.tailrace.loadtests.shop;

import io.tailrace.loadtests.EmbeddedKafka;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Spans a second: of the generator with encoding alone, and of all with a broker in this JVM. */
final class ShopTrafficBenchmark {
  private static final int ROUNDS = 3;
  private static final int REQUESTS = 60_000;
  private static final long TRAFFIC_NANOS = 10_000_000_000L;

  private ShopTrafficBenchmark() {}

  public static void main(String[] args) throws Exception {
    System.setProperty("logback.configurationFile", "logback-load-tests.xml");
    for (int round = 0; round < ROUNDS; round++) {
      System.out.printf("generate and encode: %,d spans/s%n", generate(round));
    }
    for (boolean keyed : new boolean[] {false, true}) {
      System.out.printf("to a broker, keyed %s: %,d spans/s%n", keyed, sendToBroker(keyed));
    }
  }

  private static long generate(int seed) {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    TruthLedger ledger = new TruthLedger(REQUESTS);
    KafkaSpanExporter exporter = new KafkaSpanExporter(producer, "spans", false, ledger);
    long start = System.nanoTime();
    long spans = 0;
    try (Shop shop = new Shop(seed, 0.02, InstantSource.system(), start, exporter)) {
      for (int request = 0; request < REQUESTS; request++) {
        spans += shop.serve();
        if (request % 1_000 == 0) {
          producer.clear();
        }
      }
    }
    return perSecond(spans, start);
  }

  private static long sendToBroker(boolean keyed) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start()) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        admin.createTopics(List.of(new NewTopic("spans", 4, (short) 1))).all().get();
      }
      TrafficOptions unbounded = TrafficOptions.seeded(1).withSpansPerSecond(1e9).withKeyed(keyed);
      long start = System.nanoTime();
      ShopTraffic traffic = new ShopTraffic(kafka.bootstrapServers(), "spans", unbounded);
      try (traffic) {
        traffic.start();
        while (System.nanoTime() - start < TRAFFIC_NANOS) {
          LockSupport.parkNanos(10_000_000);
        }
      }
      return perSecond(traffic.totals().spans(), start);
    }
  }

  private static long perSecond(long spans, long startNanos) {
    return spans * 1_000_000_000L / (System.nanoTime() - startNanos);
  }
}
