package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tailrace.loadtests.oracle.DecisionRecord;
import io.tailrace.loadtests.oracle.DecisionVerifier;
import io.tailrace.loadtests.oracle.Expectation;
import io.tailrace.loadtests.oracle.ExportedRecord;
import io.tailrace.loadtests.oracle.Guarantee;
import io.tailrace.loadtests.oracle.LogRecord;
import io.tailrace.loadtests.oracle.Oracle;
import io.tailrace.loadtests.oracle.Position;
import io.tailrace.loadtests.oracle.Verifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brokers, engines and a driver, each of its own, to which faults are done one after another while
 * spans are written all the while. Each fault begins at a random moment, and is over once every
 * engine that should run has demonstrably gone on. At the end the oracle judges.
 */
final class Scenario implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scenario.class);
  private static final Duration TO_GO_ON = Duration.ofSeconds(180);
  private static final Duration TO_DECIDE_ALL = Duration.ofSeconds(300);
  private static final Duration TO_STOP = Duration.ofSeconds(30);
  private static final Duration AFTER_THE_LAST = Duration.ofMillis(1_500); // several commits
  private static final int SPANS_THAT_SHOW_IT_GOES_ON = 100;
  private static final int MOST_SPANS_UNTIL_A_FAULT = 400;
  private static final int PARTITIONS = 4;
  private static final String DECISIONS = "decisions";
  static final Duration DECISION_WAIT = Duration.ofSeconds(3);
  static final Duration SESSION = Duration.ofMillis(2_500);

  private final ScenarioOptions options;
  private final Path directory;
  private final Random random;
  private final Map<String, String> settings = new TreeMap<>();
  private final Map<Integer, EngineProcess> engines = new TreeMap<>();
  private final Set<Integer> frozen = new TreeSet<>();
  private final List<String> steps = new ArrayList<>();
  private final BrokerCluster brokers;
  private SpanDriver driver;

  Scenario(Path directory, ScenarioOptions options) throws Exception {
    LOG.info("{}", options);
    this.options = options;
    this.directory = directory;
    this.random = new Random(options.seed());
    this.brokers = new BrokerCluster(directory, options.brokers());
    settings(Files.writeString(directory.resolve("policies.json"), Documents.BOOTSTRAP));
  }

  private void settings(Path policies) {
    settings.put("TAILRACE_POLICIES_BOOTSTRAP", policies.toString());
    settings.put("TAILRACE_INGEST_MODE", options.driver().keyed() ? "keyed" : "unkeyed");
    settings.put("TAILRACE_PROCESSING_GUARANTEE", options.guarantee());
    settings.put("TAILRACE_TOPICS_PARTITIONS", Integer.toString(PARTITIONS));
    settings.put("TAILRACE_THREADS", "1");
    settings.put("TAILRACE_DECISION_WAIT", DECISION_WAIT.toMillis() + "ms");
    settings.put("TAILRACE_COMMIT_INTERVAL", "200ms");
    settings.put("TAILRACE_TOPICS_DECISIONS", DECISIONS);
    settings.put("TAILRACE_VERDICT_RETENTION", "60s"); // some of it expires in every run
    settings.put("TAILRACE_LIMITS_RECONSIDERED_PER_SECOND", "1000"); // the oracle knows no limit
    settings.put("TAILRACE_BUFFER_CHUNK", "512"); // to disk, and into several windows
    settings.put("TAILRACE_BUFFER_HEAP", "32KiB");
    settings.put("TAILRACE_BUFFER_WINDOW", "1s");
    settings.put("TAILRACE_KAFKA_MAIN_CONSUMER_SESSION_TIMEOUT_MS", SESSION.toMillis() + "");
    settings.put("TAILRACE_KAFKA_MAIN_CONSUMER_HEARTBEAT_INTERVAL_MS", "500");
    settings.put("TAILRACE_KAFKA_PRODUCER_TRANSACTION_TIMEOUT_MS", "4000");
    settings.put("TAILRACE_KAFKA_RECONNECT_BACKOFF_MAX_MS", "500");
    if (options.driver().speed() > 1) { // its record times have nothing to do with the clock
      settings.put("TAILRACE_INGEST_IDLE_AFTER", "1h");
    }
    settings.putAll(options.settings());
  }

  /** Starts engines and the driver; returns once all work. */
  void begin(int instances) throws Exception {
    start(1);
    new TestClients(brokers.direct()).awaitTopic("tailrace_policies"); // the last that is made
    driver = new SpanDriver(brokers.direct(), "otlp_spans", options.driver(), options.seed());
    driver.start();
    for (int instance = 2; instance <= instances; instance++) {
      start(instance);
    }
    awaitAllGoOn();
  }

  /** Does these, each at a random moment and to its end. */
  void suffer(Fault... faults) throws Exception {
    for (Fault fault : faults) {
      awaitARandomMoment();
      LOG.info("fault {}: {}", steps.size() + 1, fault.name());
      steps.add(fault.name());
      long from = System.nanoTime();
      fault.action().strike(this);
      awaitAllGoOn();
      LOG.info("over after {} ms", (System.nanoTime() - from) / 1_000_000);
    }
  }

  Random random() {
    return random;
  }

  BrokerCluster brokers() {
    return brokers;
  }

  Broker anyBroker() {
    List<Broker> all = brokers.brokers();
    return all.get(random.nextInt(all.size()));
  }

  /** Some instance that runs. */
  int anyInstance() {
    List<Integer> running = runningInstances();
    return running.get(random.nextInt(running.size()));
  }

  /** All instances that run, in order. */
  List<Integer> runningInstances() {
    return engines.keySet().stream().filter(instance -> !frozen.contains(instance)).toList();
  }

  int instances() {
    return engines.size();
  }

  int freeInstance() {
    int instance = 1;
    while (engines.containsKey(instance)) {
      instance++;
    }
    return instance;
  }

  void start(int instance) {
    Map<String, String> own = new TreeMap<>(settings);
    own.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", brokers.forEngine(instance));
    own.put("TAILRACE_STATE_DIR", stateDir(instance).toString());
    engines.put(instance, new EngineProcess(own, log(instance)));
  }

  void kill(int instance) throws InterruptedException {
    engines.remove(instance).kill();
  }

  void loseState(int instance) {
    Directories.delete(stateDir(instance));
  }

  /** Stops an instance in order. */
  void leave(int instance) throws InterruptedException {
    assertThat(engines.remove(instance).terminate(TO_STOP)).isEqualTo(143);
  }

  void freeze(int instance) throws Exception {
    engines.get(instance).signal("STOP");
    frozen.add(instance);
  }

  void thaw(int instance) throws Exception {
    engines.get(instance).signal("CONT");
    frozen.remove(instance);
  }

  /** Adds partitions to the ingest topic. */
  void addPartitions(int more) throws Exception {
    new TestClients(brokers.direct()).growTopic("otlp_spans", PARTITIONS + more);
  }

  /** Lets the driver write to so many more partitions. */
  void writeToMore(int partitions) {
    driver.spreadTo(PARTITIONS + partitions);
  }

  void publish(String document) throws Exception {
    new TestClients(brokers.direct()).write("tailrace_policies", "default", document);
  }

  void publishShadow(String document) throws Exception {
    new TestClients(brokers.direct()).write("tailrace_policies", "default.shadow", document);
  }

  /** Waits until every engine that is not frozen runs and has done so many more spans. */
  void awaitAllGoOn() {
    awaitAll(SPANS_THAT_SHOW_IT_GOES_ON);
  }

  private void awaitARandomMoment() {
    awaitAll(1 + random.nextInt(MOST_SPANS_UNTIL_A_FAULT));
  }

  private void awaitAll(int spans) {
    Map<Integer, Double> before = new HashMap<>();
    engines.forEach((instance, engine) -> before.put(instance, engine.spansDone()));
    engines.forEach(
        (instance, engine) -> {
          if (!frozen.contains(instance)) {
            await("instance " + instance + ", " + this)
                .atMost(TO_GO_ON)
                .pollInterval(Duration.ofMillis(50))
                .until(
                    () -> {
                      assertThat(engine.isAlive())
                          .as("instance %s runs, %s", instance, this)
                          .isTrue();
                      return engine.isReady() && engine.spansDone() >= before.get(instance) + spans;
                    });
          }
        });
  }

  /** Lets the driver finish, and compares all that came out with all that had to. */
  void verify() throws Exception {
    driver.close();
    Expectation expected = expectation();
    LOG.info("after {}: {}", steps, expected);
    assertThat(expected.kept().size()).as("a run that shows something").isGreaterThan(20);
    assertThat(expected.open())
        .as("traces of which the log does not tell, of %s", expected)
        .isLessThan(Math.max(20, (long) (expected.traces().size() * options.mostOpen())));
    try (Logs export = new Logs(brokers.direct(), "otlp_spans_sampled")) {
      List<ExportedRecord> came = new ArrayList<>();
      readAll(export, expected, came);
      List<String> differences = new Verifier(expected, guarantee()).differences(came);
      assertThat(differences).as("%s differences, %s", differences.size(), this).isEmpty();
    }
    verifyDecisions(expected);
    verifyDeadLetters(expected.deadLetters());
    for (int instance : List.copyOf(engines.keySet())) {
      leave(instance);
    }
  }

  private Expectation expectation() {
    List<LogRecord> ingest = read("otlp_spans");
    List<LogRecord> config = read("tailrace_policies");
    Oracle.Rules rules =
        new Oracle.Rules(
            options.driver().keyed(),
            DECISION_WAIT.toMillis(),
            500, // policies.activation_delay
            options.policySlack().toMillis(),
            isDrained());
    return new Oracle(
            rules,
            Documents.BOOTSTRAP,
            config,
            options.driver().speed() == 1 ? driver.heldBack() : Set.of(),
            System.currentTimeMillis())
        .judge(ingest);
  }

  private List<LogRecord> read(String topic) {
    try (Logs log = new Logs(brokers.direct(), topic)) {
      return log.readToEnd().stream().map(Logs::logged).toList();
    }
  }

  /** Reads until nothing is missing, and then for what must not come. */
  private void readAll(Logs export, Expectation expected, List<ExportedRecord> came)
      throws InterruptedException {
    long end = System.nanoTime() + TO_DECIDE_ALL.toNanos();
    boolean complete = false;
    while (!complete && System.nanoTime() < end) {
      List<ConsumerRecord<byte[], byte[]>> more = export.readToEnd();
      more.forEach(record -> came.add(Logs.exported(record)));
      complete = more.isEmpty() && new Verifier(expected, guarantee()).isComplete(came);
      Thread.sleep(200);
    }
    Thread.sleep(AFTER_THE_LAST.toMillis());
    export.readToEnd().forEach(record -> came.add(Logs.exported(record)));
  }

  private void verifyDecisions(Expectation expected) throws InterruptedException {
    DecisionVerifier verifier = new DecisionVerifier(expected, guarantee());
    List<DecisionRecord> came = new ArrayList<>();
    try (Logs decisions = new Logs(brokers.direct(), DECISIONS)) {
      long end = System.nanoTime() + TO_DECIDE_ALL.toNanos();
      do {
        decisions.readToEnd().forEach(record -> came.add(Logs.decision(record)));
        Thread.sleep(200);
      } while (isDrained() && !verifier.isComplete(came) && System.nanoTime() < end);
    }
    List<String> differences = verifier.differences(came, isDrained());
    assertThat(differences).as("%s decisions differ, %s", differences.size(), this).isEmpty();
  }

  /**
   * Whether time advances without records; otherwise, traces due after the last record stay open.
   */
  private boolean isDrained() {
    return options.driver().speed() == 1;
  }

  private void verifyDeadLetters(Set<Position> expected) {
    try (Logs letters = new Logs(brokers.direct(), "tailrace_dead_letters")) {
      List<Position> came = letters.readToEnd().stream().map(Logs::origin).toList();
      if (guarantee() == Guarantee.EXACTLY_ONCE) {
        assertThat(came).as("dead letters").containsExactlyInAnyOrderElementsOf(expected);
      } else {
        assertThat(new HashSet<>(came)).as("dead letters").isEqualTo(expected);
      }
    }
  }

  private Guarantee guarantee() {
    return options.guarantee().equals("exactly_once")
        ? Guarantee.EXACTLY_ONCE
        : Guarantee.AT_LEAST_ONCE;
  }

  private Path stateDir(int instance) {
    return directory.resolve("state-" + instance);
  }

  private Path log(int instance) {
    return directory.resolve("engine-" + instance + ".log");
  }

  @Override
  public String toString() {
    return "%s after %s, logs in %s".formatted(options, steps, directory);
  }

  @Override
  public void close() throws Exception {
    engines.values().forEach(EngineProcess::close);
    try {
      if (driver != null) {
        driver.abandon();
      }
    } finally {
      brokers.close();
    }
  }
}
