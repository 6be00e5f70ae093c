package io.tailrace.topology;

import io.tailrace.policies.PolicySet;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks and publishes policies. */
@Command(
    name = "policies",
    description = "Check and publish policies.",
    mixinStandardHelpOptions = true)
final class PoliciesCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command (expected: validate or publish)");
  }

  @Command(
      name = "validate",
      description =
          "Check a policy file and tell what it keeps: exit code 2 and all faults if it is wrong.",
      mixinStandardHelpOptions = true)
  void validate(@Parameters(paramLabel = "FILE") Path file) {
    PolicySet set = PolicyFile.read(file, spec).set();
    int count = set.policyNames().size();
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s: valid, %d %s%n", file, count, count == 1 ? "policy" : "policies");
    set.summary().forEach(out::println);
  }

  @Command(
      name = "publish",
      description = "Check a policy file and make it the fleet's policies, within a second or two.",
      mixinStandardHelpOptions = true)
  void publish(@Parameters(paramLabel = "FILE") Path file, @Mixin ConfigOptions configOptions)
      throws InterruptedException {
    PolicyFile policies = PolicyFile.read(file, spec);
    TailraceConfig config = configOptions.read();
    Map<String, Object> properties = new ClientProperties(config).admin();
    try (Producer<String, byte[]> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      RecordMetadata written =
          producer
              .send(
                  new ProducerRecord<>(
                      config.topics().policies(),
                      config.get(Settings.POLICIES_NAME),
                      policies.text().getBytes(StandardCharsets.UTF_8)))
              .get();
      spec.commandLine()
          .getOut()
          .printf(
              "published version %d: %s%n",
              written.offset() + 1, String.join(", ", policies.set().policyNames()));
    } catch (ExecutionException e) {
      throw new StartException(
          "cannot publish to "
              + config.topics().policies()
              + ": "
              + KafkaFaults.explain(e).orElseGet(() -> e.getCause().toString()),
          e);
    }
  }
}
