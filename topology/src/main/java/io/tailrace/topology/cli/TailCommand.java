package io.tailrace.topology.cli;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.Translator;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.HeaderNames;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints sampled traces as they are exported. */
@Command(
    name = "tail",
    description = "Print a line for each new record of the export topic.",
    mixinStandardHelpOptions = true)
final class TailCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final double NANOS_PER_MILLI = 1e6;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Option(
      names = {"-n", "--count"},
      description = "Number of records after which to stop; 0: never (default).")
  private long count;

  @Option(names = "--from-beginning", description = "Start with the oldest record of the topic.")
  private boolean fromBeginning;

  private final SpanScan scan = new SpanScan();

  @Override
  public Integer call() {
    TailraceConfig config = configOptions.read();
    Translator translator = config.get(Settings.EXPORT_ENCODING).newTranslator();
    Map<String, Object> properties = new ClientProperties(config).admin();
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"); // no consumer group
    PrintWriter out = spec.commandLine().getOut();
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      assign(consumer, config.topics().export());
      out.println("trace id                         spans   errors  duration ms  policy");
      long left = count == 0 ? Long.MAX_VALUE : count;
      while (left > 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          out.println(line(record, translator));
          if (--left == 0) {
            break;
          }
        }
        out.flush();
      }
    }
    return ExitCode.OK;
  }

  private void assign(Consumer<byte[], byte[]> consumer, String topic) {
    List<PartitionInfo> partitions = consumer.partitionsFor(topic);
    if (partitions == null || partitions.isEmpty()) {
      throw new StartException(
          "topic %s: missing (expected: exists after the first start of an instance, or another %s)"
              .formatted(topic, Settings.TOPIC_EXPORT.path()));
    }
    List<TopicPartition> all =
        partitions.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
    consumer.assign(all);
    if (fromBeginning) {
      consumer.seekToBeginning(all);
    } else {
      consumer.seekToEnd(all);
    }
  }

  String line(ConsumerRecord<byte[], byte[]> record, Translator translator) {
    String key = record.key() == null ? "-" : new String(record.key(), StandardCharsets.US_ASCII);
    if (record.value() == null) {
      return "%-32s no value (expected: OTLP TracesData)".formatted(key);
    }
    try {
      scan.scan(translator.toTracesData(record.value()), null);
    } catch (MalformedOtlpException e) {
      return "%-32s %s".formatted(key, e.getMessage());
    }
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    int errors = 0;
    for (int span = 0; span < scan.spanCount(); span++) {
      start = Math.min(start, scan.startUnixNanos(span));
      end = Math.max(end, scan.endUnixNanos(span));
      errors += scan.status(span) == 2 ? 1 : 0;
    }
    return "%-32s %5d  %7d  %11.1f  %s v%s%s"
        .formatted(
            key,
            scan.spanCount(),
            errors,
            (end - start) / NANOS_PER_MILLI,
            header(record, HeaderNames.POLICY),
            header(record, HeaderNames.POLICY_VERSION),
            record.headers().lastHeader(HeaderNames.LATE) == null ? "" : " late");
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return Optional.ofNullable(record.headers().lastHeader(name))
        .map(header -> new String(header.value(), StandardCharsets.UTF_8))
        .orElse("-");
  }
}
