package io.tailrace.loadtests.demo;

import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.loadtests.EmbeddedKafka;
import io.tailrace.loadtests.shop.ShopTraffic;
import io.tailrace.loadtests.shop.TrafficOptions;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.instance.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A broker, a shop and two instances in this process. */
final class Demo implements AutoCloseable {
  static final Duration DECISION_WAIT = Duration.ofSeconds(5);
  static final String INGEST = "otlp_spans";
  static final String EXPORT = "otlp_spans_sampled";
  static final String POLICIES = "tailrace_policies";
  private static final int INSTANCES = 2;
  private static final Duration TO_START = Duration.ofSeconds(60);

  /** Time to settle: spans may still be in the shuffle, or verdicts in a transaction. */
  private static final Duration SETTLED = Duration.ofSeconds(5);

  private static final Duration TO_FINISH = Duration.ofSeconds(60);

  private final DemoOptions options;
  private final DemoView view;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final List<Engine> engines = new ArrayList<>();
  private long began;

  Demo(DemoOptions options, DemoView view) {
    this.options = options;
    this.view = view;
  }

  /** Ends {@link #run}. */
  void stop() {
    stopped.countDown();
  }

  /** Runs the demo. Returns whether every error trace was exported completely. */
  boolean run() throws InterruptedException {
    began = System.nanoTime();
    view.step("starting a Kafka broker");
    EmbeddedKafka kafka = own(EmbeddedKafka.builder().port(options.kafkaPort()).start());
    DemoClients clients = own(new DemoClients(kafka.bootstrapServers()));
    view.step("starting " + INSTANCES + " Tailrace instances on " + kafka.bootstrapServers());
    startEngines(kafka.bootstrapServers());
    long version = clients.publish(resource("demo-policies.yaml"));
    view.step("published the demo's policies as version " + version);
    clients.sendGarbage();
    DemoGateway gateway = own(new DemoGateway(kafka.bootstrapServers(), options.keyed()));
    gateway.start();
    ShopTraffic traffic =
        own(
            new ShopTraffic(
                kafka.bootstrapServers(),
                INGEST,
                TrafficOptions.seeded(options.seed())
                    .withSpansPerSecond(options.rate())
                    .withErrorShare(options.errorShare())
                    .withKeyed(options.keyed())));
    view.step("the shop opens (seed " + options.seed() + ")");
    view.hints(hints(kafka.bootstrapServers(), gateway));
    traffic.start();
    watch(options.duration(), false);
    view.step("the shop has closed; waiting for the last traces");
    traffic.close();
    gateway.close(); // do not wait for spans of others
    long went = traffic.totals().traces();
    watch(TO_FINISH, true);
    DemoCheck check = new DemoCheck(traffic.report(), clients.readExport());
    List<String> summary = new ArrayList<>(check.summary());
    boolean ownPolicies = figures().policyVersion() == version;
    if (!ownPolicies) {
      summary.add("other policies were published, so not every error trace had to be exported");
    }
    view.summary(summary);
    return went > 0 && (check.allErrorsCameOut() || !ownPolicies);
  }

  @Override
  public void close() {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        view.step("while closing: " + e);
      }
    }
  }

  private void startEngines(String bootstrapServers) throws InterruptedException {
    Path states = own(new TemporaryDirectory()).path();
    for (int i = 0; i < INSTANCES; i++) {
      Map<String, String> settings = new TreeMap<>();
      settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
      settings.put("TAILRACE_STATE_DIR", states.resolve("instance-" + i).toString());
      settings.put("TAILRACE_DECISION_WAIT", DECISION_WAIT.toSeconds() + "s");
      settings.put("TAILRACE_INGEST_MODE", options.keyed() ? "keyed" : "unkeyed");
      settings.put("TAILRACE_TOPICS_PARTITIONS", "4");
      settings.put("TAILRACE_THREADS", "1");
      settings.put("TAILRACE_COMMIT_INTERVAL", "500ms");
      settings.put("TAILRACE_ADMIN_PORT", Integer.toString(i == 0 ? options.adminPort() : 0));
      engines.add(own(Engine.start(config(settings))));
    }
    long deadline = System.nanoTime() + TO_START.toNanos();
    while (!engines.stream().allMatch(Engine::isReady)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the instances are not ready after " + TO_START);
      }
      if (stopped.await(50, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static TailraceConfig config(Map<String, String> settings) {
    return TailraceConfig.read("", settings)
        .fold(
            faults -> {
              throw new IllegalStateException(faults.toString());
            },
            config -> config);
  }

  /** Shows figures for a time, or until stopped, or until no trace is open. */
  private void watch(Duration time, boolean untilNothingIsOpen) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    DemoFigures before = figures();
    long beforeAt = System.nanoTime();
    DemoFigures last = before;
    long busyAt = beforeAt;
    while (System.nanoTime() < end) {
      long left = Math.min(end - System.nanoTime(), view.interval().toNanos());
      if (untilNothingIsOpen) {
        TimeUnit.NANOSECONDS.sleep(Math.min(left, Duration.ofSeconds(1).toNanos()));
      } else if (stopped.await(left, TimeUnit.NANOSECONDS)) {
        return;
      }
      DemoFigures now = figures();
      long nowAt = System.nanoTime();
      if (nowAt - beforeAt >= view.interval().toNanos()) {
        view.figures(
            Duration.ofNanos(nowAt - began), now, before, Duration.ofNanos(nowAt - beforeAt));
        before = now;
        beforeAt = nowAt;
      }
      checkEngines();
      if (now.open() > 0 || now.spans() > last.spans()) {
        busyAt = nowAt;
      }
      last = now;
      if (untilNothingIsOpen && nowAt - busyAt >= SETTLED.toNanos()) {
        return;
      }
    }
  }

  private void checkEngines() {
    for (Engine engine : engines) {
      if (engine.failure().isDone()) {
        throw new IllegalStateException("an instance has failed", engine.failure().join());
      }
    }
  }

  private DemoFigures figures() {
    List<MeterRegistry> registries = engines.stream().map(Engine::metrics).toList();
    return DemoFigures.of(registries);
  }

  private List<String> hints(String bootstrapServers, DemoGateway gateway) {
    return List.of(
        "Try, in another terminal:",
        "  watch kept traces    ./tailrace tail -b " + bootstrapServers,
        "  watch the fleet      ./tailrace top -b " + bootstrapServers,
        "  change the policies  ./tailrace policies publish deploy/policies/checkout.yaml -b "
            + bootstrapServers,
        "  open the console     http://127.0.0.1:" + engines.get(0).adminPort() + "/",
        "  look at the metrics  http://127.0.0.1:" + engines.get(0).adminPort() + "/metrics",
        "  any Kafka client     topics "
            + INGEST
            + " in, "
            + EXPORT
            + " out, "
            + POLICIES
            + " (key: default)",
        "  your own spans       " + gateway.told());
  }

  private static String resource(String name) {
    try (InputStream in = Demo.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends AutoCloseable> T own(T resource) {
    resources.push(resource);
    return resource;
  }
}
