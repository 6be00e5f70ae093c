package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How soon the only instance decides again, and how much it reads for that. */
@Tag("crash")
class RestartTimeTest {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10); // as delivered
  private static final Duration BEYOND_SESSION = Duration.ofSeconds(10);

  /** Promised are 5 s; a build machine does other things. Less than the session timeout. */
  private static final Duration CLEAN = Duration.ofSeconds(9);

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration DECISION_WAIT = Duration.ofSeconds(2);

  /** What may pass between a span's time and the commit that knows of its trace's decision. */
  private static final Duration BEHIND = Duration.ofSeconds(3);

  private static final Duration BOUND = Duration.ofMinutes(1);
  private static final String SOURCE = "tailrace_spans_by_trace";
  private static final Pattern RESTORED =
      Pattern.compile("restored store=\"span-buffer\".* records=\"(\\d+)\"");

  /** Logged when the JVM is up, Kafka has answered and the instance joins the fleet. */
  private static final String JOINS = "to=\"REBALANCING\"";

  @TempDir Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Thread writing;
  private volatile boolean done;

  @BeforeEach
  void start() {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    settings.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    settings.put("TAILRACE_DECISION_WAIT", DECISION_WAIT.toSeconds() + "s");
    settings.put("TAILRACE_TOPICS_PARTITIONS", "4");
    settings.put("TAILRACE_THREADS", "1");
  }

  @AfterEach
  void stop() throws Exception {
    done = true;
    if (writing != null) {
      writing.join();
    }
    kafka.close();
  }

  @Test
  void afterKill9_itDecidesWithinTenSecondsBeyondTheSessionTimeout() throws Exception {
    try (EngineProcess engine = runFor(Duration.ofSeconds(15), "before.log")) {
      engine.kill();
    }
    measure("kill -9", SESSION_TIMEOUT.plus(BEYOND_SESSION));
  }

  @Test
  void aCleanRestartTakesSeconds() throws Exception {
    try (EngineProcess engine = runFor(Duration.ofSeconds(10), "before.log")) {
      assertThat(engine.terminate(Duration.ofSeconds(30))).isEqualTo(143);
    }
    measure("clean restart", CLEAN);
  }

  /** An instance with spans coming all the while, that has decided for so long. */
  private EngineProcess runFor(Duration time, String log) {
    EngineProcess engine = new EngineProcess("256m", settings, directory.resolve(log));
    engine.awaitReady();
    writing = new Thread(this::write);
    writing.start();
    await().atMost(BOUND).until(() -> hasDecided(engine));
    long end = System.nanoTime() + time.toNanos();
    await().atMost(BOUND).until(() -> System.nanoTime() > end);
    return engine;
  }

  private void measure(String what, Duration bound) throws Exception {
    long stoppedAt = System.currentTimeMillis();
    long written = clients.endOffsets(SOURCE);
    long needed =
        written - clients.offsetsAt(SOURCE, stoppedAt - DECISION_WAIT.plus(BEHIND).toMillis());
    Path log = directory.resolve("after.log");
    try (EngineProcess engine = new EngineProcess("256m", settings, log)) {
      await().atMost(BOUND).pollInterval(POLL).until(() -> engine.said().contains(JOINS));
      long start = System.nanoTime();
      await().atMost(BOUND).pollInterval(POLL).until(() -> hasDecided(engine));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      long restored = restored(Files.readString(log));
      System.out.printf(
          "%s: decides again %d ms after it joined; restored %d of %d records (open traces': %d)%n",
          what, took.toMillis(), restored, written, needed);
      assertThat(took).as(engine::said).isLessThan(bound);
      assertThat(needed).as("the wait is a part of what was written").isLessThan(written * 2 / 3);
      assertThat(restored).isPositive().isLessThanOrEqualTo(needed);
    }
  }

  private static boolean hasDecided(EngineProcess engine) {
    return engine.metric("tailrace_traces_decided_total") > 0;
  }

  private static long restored(String log) {
    Matcher line = RESTORED.matcher(log);
    long records = 0;
    while (line.find()) {
      records += Long.parseLong(line.group(1));
    }
    return records;
  }

  private void write() {
    try (TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      while (!done) {
        traffic.writeFor(200, 100);
      }
    }
  }
}
