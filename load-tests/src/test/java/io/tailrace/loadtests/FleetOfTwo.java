package io.tailrace.loadtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A broker and two instances, of which one can be a process to kill, for the tests below. */
abstract class FleetOfTwo {
  private static final int PARTITIONS = 4;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  EmbeddedKafka kafka;
  SentSpans sent;
  Fleet fleet;

  @BeforeEach
  final void startBroker() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    sent = new SentSpans(kafka, PARTITIONS);
    fleet = new Fleet(kafka, directory);
  }

  @AfterEach
  final void stop() {
    fleet.close();
    kafka.close();
  }

  /** Sets the policies and the mode of all instances. A trace is due 1 s after its root span. */
  final void configure(String mode, String document) throws IOException {
    fleet
        .set("TAILRACE_POLICIES_BOOTSTRAP", Files.writeString(policies(), document).toString())
        .set("TAILRACE_INGEST_MODE", mode)
        .set("TAILRACE_DECISION_WAIT_AFTER_ROOT_RECEIVED", "1s")
        .set("TAILRACE_TOPICS_DECISIONS", "tailrace_decisions");
  }

  final Path policies() {
    return directory.resolve("policies.yaml");
  }

  /** Starts the first instance as a process. */
  final EngineProcess startProcess() {
    fleet
        .set("TAILRACE_COMMIT_INTERVAL", "1s")
        .set("TAILRACE_KAFKA_MAIN_CONSUMER_SESSION_TIMEOUT_MS", "6000");
    return new EngineProcess(fleet.settings(1), directory.resolve("engine-1.log"));
  }
}
