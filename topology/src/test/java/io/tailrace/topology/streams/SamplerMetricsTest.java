package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.buffer.NoPieces;
import io.tailrace.topology.fleet.PolicyTopicMetrics;
import io.tailrace.topology.fleet.ReporterMetrics;
import io.tailrace.topology.instance.RestoreMetrics;
import io.tailrace.topology.meters.BurnState;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.meters.TaskGauges;
import io.tailrace.topology.meters.TaskMeters;
import io.tailrace.topology.operations.Outlines;
import io.tailrace.topology.sampling.BudgetState;
import io.tailrace.topology.sampling.DueQueue;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.SignalLayout;
import io.tailrace.topology.sampling.SummarySettings;
import io.tailrace.topology.sampling.Waits;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class SamplerMetricsTest {
  @TempDir Path stateDir;

  private static final String POLICIES =
      """
      policies:
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - {name: large, type: span_count, span_count: {min_spans: 3}}
        - name: no-health
          type: drop
          drop:
            drop_sub_policy:
              - name: health
                type: string_attribute
                string_attribute: {key: http.route, values: [/health]}
      """;

  /** All names on {@code /metrics}, with the suffixes that Prometheus wants. */
  public static Set<String> scrapedNames() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new PolicyTopicMetrics(registry);
    new ReporterMetrics(registry);
    new RestoreMetrics(registry);
    SamplerMetrics metrics = new SamplerMetrics(registry, InstantSource.system());
    TaskMeters task = metrics.register(new TopicPartition("spans", 0));
    task.judging(version());
    PolicySet shadow =
        SamplerHarness.set("policies: [{name: shadow, shadow: true, type: always_sample}]");
    Waits waits = new Waits(30_000, Waits.NEVER);
    task.judging(new PolicyVersion(0, 0, shadow.withShadow(shadow), waits, 1));
    metrics.exported(5);
    BudgetState budget =
        new BudgetState(
            "budget", BudgetState.SPAN, 1, 1., null, 0, 1, 1., 1., List.of(), 1, List.of());
    BurnState.Key key = new BurnState.Key("1", "shop", 1_000, null, 20, 1);
    BurnState burns = new BurnState("burn", 1, 20, List.of(key), List.of());
    task.budgets(0, () -> List.of(budget), () -> List.of(burns));
    return registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith("tailrace_"))
        .map(line -> line.replaceFirst("[{ ].*", "").replaceFirst("_(bucket|sum|count)$", ""))
        .collect(Collectors.toSet());
  }

  private static PolicyVersion version() {
    return new PolicyVersion(
        0, Long.MIN_VALUE, SamplerHarness.set(POLICIES), new Waits(30_000, Waits.NEVER));
  }

  @Test
  void countsSpansTracesAndVotes() {
    try (SamplerHarness sampler = new SamplerHarness.Builder(stateDir).policies(POLICIES).start()) {
      Span error = Otlp.span(1).toBuilder().setStatus(Status.newBuilder().setCodeValue(2)).build();
      Span health =
          Otlp.span(2).toBuilder().addAttributes(Otlp.string("http.route", "/health")).build();
      sampler.send(0, error, error, health, Otlp.span(3));
      sampler.send(1, error);
      sampler.passTo(30_001);
      sampler.send(30_002, error, Otlp.span(3));

      assertThat(sampler.count("tailrace.records.received")).isEqualTo(4);
      assertThat(sampler.count("tailrace.spans.received")).isEqualTo(8);
      assertThat(sampler.count("tailrace.traces.received")).isEqualTo(4);
      assertThat(sampler.count("tailrace.traces.decided", "outcome", "sampled")).isEqualTo(1);
      assertThat(sampler.count("tailrace.spans.decided", "outcome", "sampled")).isEqualTo(3);
      assertThat(sampler.count("tailrace.traces.decided", "outcome", "dropped")).isEqualTo(1);
      assertThat(sampler.count("tailrace.spans.decided", "outcome", "dropped")).isEqualTo(1);
      assertThat(sampler.count("tailrace.traces.decided", "outcome", "not_sampled")).isEqualTo(1);
      assertThat(sampler.count("tailrace.spans.late", "outcome", "kept")).isEqualTo(1);
      assertThat(sampler.count("tailrace.spans.late", "outcome", "dropped")).isEqualTo(1);
      assertThat(sampler.count("tailrace.records.exported")).isEqualTo(2);

      assertThat(votes(sampler, "errors", "sampled")).isEqualTo(1);
      assertThat(votes(sampler, "large", "sampled")).isEqualTo(1);
      assertThat(votes(sampler, "no-health", "dropped")).isEqualTo(1);
      assertThat(sampler.count("tailrace.policy.keeps", "policy", "errors"))
          .as("credited to the first that wanted it")
          .isEqualTo(1);
      assertThat(sampler.count("tailrace.policy.keeps", "policy", "large")).isZero();
    }
  }

  @Test
  void countersGoOn_whenPoliciesOfTheSameNameFollow() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    SamplerMetrics metrics = new SamplerMetrics(registry, InstantSource.system());
    metrics.register(new TopicPartition("spans", 0)).judging(version());
    registry.get("tailrace.policy.keeps").tag("policy", "errors").counter().increment();

    metrics.register(new TopicPartition("spans", 1)).judging(version());

    assertThat(registry.get("tailrace.policy.keeps").tag("policy", "errors").counter().count())
        .isEqualTo(1);
  }

  @Test
  void looksUpNoMeters_whenTasksAreOnDifferentVersions() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    SamplerMetrics metrics = new SamplerMetrics(registry, InstantSource.system());
    PolicyVersion old = version();
    PolicyVersion next = new PolicyVersion(1, 0, old.set(), old.waits());
    TaskMeters ahead = metrics.register(new TopicPartition("spans", 0));
    TaskMeters behind = metrics.register(new TopicPartition("spans", 1));
    ahead.judging(next);
    behind.judging(old);
    AtomicInteger lookUps = countLookUps(registry);

    for (int i = 0; i < 3; i++) {
      decide(behind, old);
      decide(ahead, next);
    }

    assertThat(registry.get("tailrace.policy.votes").tag("policy", "large").counters())
        .extracting(Counter::count)
        .contains(6.0);
    assertThat(lookUps).hasValue(0);
  }

  @Test
  void countersStay_whenATaskLeaves() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    SamplerMetrics metrics = new SamplerMetrics(registry, InstantSource.system());
    TaskMeters task = metrics.register(new TopicPartition("spans", 0));
    task.judging(version());
    decide(task, version());

    task.close();

    assertThat(metrics.tasks()).isEmpty();
    assertThat(registry.get("tailrace.policy.votes").tag("policy", "large").counters())
        .extracting(Counter::count)
        .contains(1.0);
  }

  private static void decide(TaskMeters task, PolicyVersion version) {
    OpenTrace trace = new OpenTrace(1, 2, 5, 0);
    Decision decision = version.set().newJudge(1, null).decide(trace, 5);
    Verdict verdict = new Verdict(VerdictKind.DECIDED, false, "", version.number(), 5, 0, 5);
    task.decided(trace, version, decision, decision.outcome(), verdict);
  }

  /** With a filter, the registry maps each known meter again on its next lookup. */
  private static AtomicInteger countLookUps(SimpleMeterRegistry registry) {
    AtomicInteger lookUps = new AtomicInteger();
    registry
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public Meter.Id map(Meter.Id id) {
                lookUps.incrementAndGet();
                return id;
              }
            });
    return lookUps;
  }

  private static final String COMPOSITE =
      """
      policies:
        - name: budget
          type: composite
          composite:
            max_total_spans_per_second: 10
            composite_sub_policy:
              - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
              - {name: rest, type: always_sample}
            rate_allocation: [{policy: errors, percent: 100}, {policy: rest, percent: 10}]
        - {name: all, type: always_sample}
      """;

  @Test
  void countsSubPolicies_creditedOnlyIfTheirCompositeIs() {
    try (SamplerHarness sampler =
        new SamplerHarness.Builder(stateDir).policies(COMPOSITE).start()) {
      Span error = Otlp.span(1).toBuilder().setStatus(Status.newBuilder().setCodeValue(2)).build();
      sampler.send(0, error, Otlp.span(2));
      sampler.send(1, Otlp.span(3), Otlp.span(3));
      sampler.passTo(31_000); // the end of the second

      assertThat(votes(sampler, "budget", "sampled")).isEqualTo(2);
      assertThat(votes(sampler, "budget", "not_sampled")).isEqualTo(1);
      assertThat(votes(sampler, "budget/errors", "sampled")).isEqualTo(1);
      assertThat(votes(sampler, "budget/errors", "not_sampled")).isEqualTo(2);
      assertThat(votes(sampler, "budget/rest", "sampled")).isEqualTo(1);
      assertThat(votes(sampler, "budget/rest", "not_evaluated"))
          .as("once it was not reached, once it could not pay")
          .isEqualTo(2);
      assertThat(sampler.count("tailrace.policy.keeps", "policy", "budget")).isEqualTo(2);
      assertThat(sampler.count("tailrace.policy.keeps", "policy", "budget/errors")).isEqualTo(1);
      assertThat(sampler.count("tailrace.policy.keeps", "policy", "budget/rest")).isEqualTo(1);
      assertThat(sampler.count("tailrace.policy.keeps", "policy", "all")).isEqualTo(1);
    }
  }

  @Test
  void creditsNoSubPolicy_whenAnEarlierPolicyHasTheCredit() {
    String allFirst =
        COMPOSITE
            .replace("  - {name: all, type: always_sample}\n", "")
            .replace("policies:\n", "policies:\n  - {name: all, type: always_sample}\n");
    try (SamplerHarness sampler = new SamplerHarness.Builder(stateDir).policies(allFirst).start()) {
      sampler.send(0, Otlp.span(2));
      sampler.passTo(30_001);

      assertThat(votes(sampler, "budget/rest", "sampled")).isEqualTo(1);
      assertThat(sampler.count("tailrace.policy.keeps", "policy", "all")).isEqualTo(1);
      assertThat(sampler.count("tailrace.policy.keeps", "policy", "budget/rest")).isZero();
    }
  }

  private static String propagating(String name) {
    return """
        policies:
          - name: %s
            type: ottl_condition
            ottl_condition: {error_mode: propagate, span: ['attributes["s"] + 1 == 2']}
        """
        .formatted(name);
  }

  @Test
  void countsPoliciesThatFail() {
    try (SamplerHarness sampler =
        new SamplerHarness.Builder(stateDir).policies(propagating("sum")).start()) {
      sampler.send(0, Otlp.span(1).toBuilder().addAttributes(Otlp.string("s", "text")).build());
      sampler.passTo(30_001);

      assertThat(votes(sampler, "sum", "error")).isEqualTo(1);
      assertThat(sampler.count("tailrace.traces.decided", "outcome", "not_sampled")).isEqualTo(1);
    }
  }

  @Test
  void countsTheTimeOfConditionsForThePolicyThatHasThemNow() {
    try (SamplerHarness sampler =
        new SamplerHarness.Builder(stateDir).policies(propagating("before")).start()) {
      sampler.publish(1, 30_000, propagating("after"));
      sampler.passTo(30_001);
      assertThat(evaluation(sampler, "before")).as("few evaluations are timed").isZero();

      sampler.send(40_000, Collections.nCopies(100, Otlp.span(1)).toArray(Span[]::new));
      sampler.passTo(70_001);

      assertThat(evaluation(sampler, "after")).isPositive();
      assertThat(evaluation(sampler, "before")).isZero();
    }
  }

  private static double evaluation(SamplerHarness sampler, String policy) {
    return sampler.count("tailrace.policy.evaluation", "policy", policy);
  }

  @Test
  void gaugesAreSumsOfTheTasks_andForgetClosedOnes() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    SamplerMetrics metrics =
        new SamplerMetrics(registry, InstantSource.fixed(Instant.ofEpochMilli(4_005)));
    metrics.register(new TopicPartition("spans", 0));
    TaskGauges second = metrics.register(new TopicPartition("spans", 1)).gauges();
    assertThat(registry.get("tailrace.buffer.traces").gauge().value()).isZero();

    LogClock clock = new LogClock(true);
    clock.observe(5);
    RecordScan scan = new RecordScan(new SignalLayout(0, version().set().signals()));
    OpenTraces traces =
        new OpenTraces(
            clock,
            new DueQueue(),
            scan,
            new NoPieces(),
            new SummarySettings(
                () -> new PolicySchedule(version()), Outlines.NONE, Optional.empty()));
    traces.open(1, 2, 5, 0);
    second.update(traces, 1_500);
    assertThat(registry.get("tailrace.buffer.traces").gauge().value()).isEqualTo(1);
    assertThat(registry.get("tailrace.overdue.max").gauge().value()).isEqualTo(1.5);
    assertThat(registry.get("tailrace.lag.max").gauge().value())
        .as("of the task that has had records")
        .isEqualTo(4);

    second.close();
    assertThat(registry.get("tailrace.buffer.traces").gauge().value()).isZero();
    assertThat(registry.get("tailrace.overdue.max").gauge().value()).isZero();
  }

  @Test
  void lateSpansCountByTheirVerdict() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    SamplerMetrics metrics = new SamplerMetrics(registry, InstantSource.system());
    metrics.late(new Verdict(VerdictKind.DECIDED, true, "errors", 0, 5, 0, 5), 3);
    metrics.late(new Verdict(VerdictKind.DECIDED, false, "", 0, 5, 0, 5), 4);

    assertThat(registry.get("tailrace.spans.late").tag("outcome", "kept").counter().count())
        .isEqualTo(3);
    assertThat(registry.get("tailrace.spans.late").tag("outcome", "dropped").counter().count())
        .isEqualTo(4);
  }

  private static double votes(SamplerHarness sampler, String policy, String vote) {
    return sampler.count("tailrace.policy.votes", "policy", policy, "vote", vote);
  }
}
