package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance logs above INFO when it does what it should. */
class QuietLogTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration SESSION = Duration.ofSeconds(2);
  private static final Pattern ALARMING = Pattern.compile("^\\S+ (WARN|ERROR) .*");

  private static final Pattern OURS =
      Pattern.compile(
          "^\\S+ WARN  \\[.*] (KnownLines - .*no data is lost.*"
              + "|Engine - the broker aborted a transaction: restarting from the last commit "
              + "|(PolicyTopic|KeepTopic) - cannot read .* no answer: .*)$");

  @TempDir Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private Broker broker;
  private Thread writing;
  private volatile boolean done;

  @BeforeEach
  void start() throws Exception {
    broker = new Broker(directory);
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", broker.forEngine(1));
    settings.put("TAILRACE_TOPICS_PARTITIONS", "4");
    settings.put("TAILRACE_THREADS", "1");
    settings.put("TAILRACE_DECISION_WAIT", "1s");
    settings.put("TAILRACE_COMMIT_INTERVAL", "200ms");
    settings.put("TAILRACE_KAFKA_SESSION_TIMEOUT_MS", Long.toString(SESSION.toMillis()));
    settings.put("TAILRACE_KAFKA_TRANSACTION_TIMEOUT_MS", Long.toString(SESSION.toMillis()));
    settings.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");
  }

  @AfterEach
  void stop() throws Exception {
    done = true;
    if (writing != null) {
      writing.join();
    }
    broker.close();
  }

  @Test
  void startAndCleanStop() throws Exception {
    try (EngineProcess engine = engine(1)) {
      engine.awaitReady();
      write();
      engine.awaitWorking();
      assertThat(engine.terminate(Duration.ofSeconds(30))).isEqualTo(143);
      // On a busy machine, the broker can be slow enough for our own line about it.
      assertThat(alarming(engine)).filteredOn(line -> !OURS.matcher(line).matches()).isEmpty();
    }
  }

  @Test
  @Tag("crash")
  void standsStillBeyondSessionAndTransaction_whileAnotherTakesOver() throws Exception {
    try (EngineProcess engine = engine(1);
        EngineProcess other = engine(2)) {
      engine.awaitReady();
      other.awaitReady();
      write();
      engine.awaitWorking();
      other.awaitWorking();
      engine.signal("STOP");
      double before = other.spansDone();
      long end = System.nanoTime() + SESSION.multipliedBy(3).toNanos();
      await().atMost(BOUND).until(() -> System.nanoTime() > end && other.spansDone() > before);
      engine.signal("CONT");
      engine.awaitReady();
      other.awaitReady();
      double then = engine.spansDone();
      await().atMost(BOUND).until(() -> engine.spansDone() > then + 500);
      assertThat(alarming(engine)).isNotEmpty().allMatch(OURS.asMatchPredicate());
      assertSaysWhyItBeganAnew(engine);
      assertThat(alarming(other)).hasSizeLessThan(10).allMatch(OURS.asMatchPredicate());
    }
  }

  @Test
  @Tag("crash")
  void standsStillAlone() throws Exception {
    try (EngineProcess engine = engine(1)) {
      engine.awaitReady();
      write();
      engine.awaitWorking();
      engine.signal("STOP");
      long end = System.nanoTime() + SESSION.multipliedBy(4).toNanos();
      await().atMost(BOUND).until(() -> System.nanoTime() > end);
      engine.signal("CONT");
      double then = engine.spansDone();
      await().atMost(BOUND).until(() -> engine.isReady() && engine.spansDone() > then + 500);
      assertThat(alarming(engine)).isNotEmpty().allMatch(OURS.asMatchPredicate());
      assertSaysWhyItBeganAnew(engine);
    }
  }

  @Test
  @Tag("crash")
  void brokerRestart() throws Exception {
    try (EngineProcess engine = engine(1)) {
      engine.awaitReady();
      write();
      engine.awaitWorking();
      broker.stop();
      broker.start();
      double then = engine.spansDone();
      await().atMost(BOUND).until(() -> engine.isReady() && engine.spansDone() > then + 500);
      assertThat(alarming(engine))
          .isNotEmpty()
          .hasSizeLessThan(10)
          .allMatch(OURS.asMatchPredicate());
    }
  }

  /** Whichever of the two it hears of first. */
  private static void assertSaysWhyItBeganAnew(EngineProcess engine) {
    assertThat(engine.said())
        .containsAnyOf(
            "the consumer group removed this instance", "the broker aborted a transaction")
        .doesNotContain("\n\tat ");
    assertThat(alarming(engine)).hasSizeLessThan(10);
  }

  private static List<String> alarming(EngineProcess engine) {
    return engine.said().lines().filter(line -> ALARMING.matcher(line).matches()).toList();
  }

  private EngineProcess engine(int instance) {
    Map<String, String> own = new LinkedHashMap<>(settings);
    own.put("TAILRACE_STATE_DIR", directory.resolve("state-" + instance).toString());
    return new EngineProcess(own, directory.resolve("engine-" + instance + ".log"));
  }

  private void write() {
    writing =
        new Thread(
            () -> {
              try (TestTraffic traffic = new TestTraffic(broker.direct(), "otlp_spans")) {
                while (!done) {
                  traffic.writeFor(200, 500);
                }
              }
            });
    writing.start();
  }
}
