package io.tailrace.topology.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.TraceBounds;
import io.tailrace.topology.sampling.Waits;
import io.tailrace.topology.streams.SamplerHarness;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
  private static final String POLICIES =
      """
      decision_wait: 5s
      decision_wait_after_root_received: 2s
      policies:
        - {name: health, type: drop, drop: {drop_sub_policy: [
            {type: string_attribute, string_attribute: {key: tier, values: [health]}}]}}
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - {name: vip, type: ottl_condition, ottl_condition: {span: ['attributes["tier"] == "vip"']}}
        - {name: budget, type: rate_limiting, rate_limiting: {spans_per_second: 3}}
        - {name: slow, type: latency, latency: {threshold_ms: 1500}}
      """;
  private static final TraceBounds BOUNDS =
      new TraceBounds(12, 1 << 20, 1 << 30, 25, 10, 0, Optional.empty());

  @TempDir Path directory;

  private final RocksResources resources = new RocksResources(8 << 20, () -> 0);
  private final Map<String, String> policyOfKept = new TreeMap<>();
  private final Map<Decision.Outcome, Integer> outcomes = new HashMap<>();
  private PartitionSimulation simulated;
  private long nextOffset;
  private SimulationTally tally;

  @AfterEach
  void close() {
    simulated.close();
    resources.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void decidesAsAnInstanceDoes(long seed) throws MalformedOtlpException {
    PartitionSimulation simulation = simulation(POLICIES, 60_000);
    Map<String, String> exported = new TreeMap<>();
    long exportedSpans = 0;
    try (SamplerHarness sampler =
        new SamplerHarness.Builder(directory.resolve("state"))
            .policies(POLICIES)
            .waits(5_000, 2_000)
            .maxSpansPerTrace(BOUNDS.spansPerTrace())
            .maxTracesPerTask(BOUNDS.tracesPerTask())
            .verdictRetention(60_000)
            .start()) {
      Random random = new Random(seed);
      long latest = 0;
      for (int record = 0; record < 2_000; record++) {
        long end = latest + random.nextInt(300) - 100;
        byte[] request = request(random, record / 10, end);
        latest = Math.max(latest, end);
        take(simulation, request);
        sampler.sendBytes(end, request);
        if (record % 50 == 0) {
          sampler.readBack();
        }
      }
      simulation.finish();
      sampler.passTo(latest + 60_000);
      sampler.readBack();
      for (SamplerHarness.Exported trace : sampler.exported()) {
        exported.put(trace.traceId(), trace.header(HeaderNames.POLICY));
        exportedSpans += trace.spans().size();
      }
      for (Decision.Outcome outcome : Decision.Outcome.values()) {
        assertThat(sampler.count("tailrace.traces.decided", "outcome", tag(outcome)))
            .as(outcome.toString())
            .isEqualTo(outcomes.get(outcome).doubleValue());
      }
    }
    assertThat(policyOfKept).isEqualTo(exported).containsValues("errors", "budget", "slow", "vip");
    assertThat(tally.of(Decision.Outcome.SAMPLED).spans()).isEqualTo(exportedSpans);
    assertThat(tally.lateSpans()).isPositive();
    assertThat(tally.reconsidered()).isPositive();
    assertThat(tally.early())
        .containsKeys(EarlyReason.SPANS_PER_TRACE, EarlyReason.TRACES_PER_TASK);
  }

  @Test
  void aTraceIsDueByLogTime_notByItsOwnEnd() throws MalformedOtlpException {
    PartitionSimulation simulation =
        simulation(
            "{decision_wait: 10s, policies: [{name: long, type: latency, latency: {threshold_ms:"
                + " 8000}}]}",
            60_000);
    take(simulation, Otlp.request(child(1, 0)).toByteArray());
    take(simulation, Otlp.request(child(2, 9_999), child(1, 9_000)).toByteArray());
    take(simulation, Otlp.request(child(3, 10_000)).toByteArray());
    assertThat(policyOfKept).as("decided at 10 s, with its span of 9 s").hasSize(1);

    take(simulation, Otlp.request(child(1, 30_000)).toByteArray());
    assertThat(tally.lateSpans()).isEqualTo(1);
    assertThat(tally.of(Decision.Outcome.SAMPLED).spans()).isEqualTo(3);
    assertThat(tally.policies().get(0).credited().spans()).isEqualTo(3);
  }

  @Test
  void aPolicyEndsAtItsLogTime() throws MalformedOtlpException {
    String end = Instant.ofEpochMilli(SamplerHarness.START + 15_000).toString();
    PartitionSimulation simulation =
        simulation(
            "{decision_wait: 10s, policies: [{name: all, type: always_sample, expires_at: '"
                + end
                + "'}]}",
            60_000);
    take(simulation, Otlp.request(child(1, 0)).toByteArray());
    take(simulation, Otlp.request(child(2, 8_000)).toByteArray());
    simulation.finish();

    assertThat(policyOfKept).containsOnlyKeys(new TraceId(1, 1).toHex());
    assertThat(outcomes).containsEntry(Decision.Outcome.NOT_SAMPLED, 1);
  }

  @Test
  void spansWithoutAnEndMakeNoTroubles() throws MalformedOtlpException {
    PartitionSimulation simulation = simulation(POLICIES, 60_000);
    take(simulation, Otlp.request(Otlp.span(1)).toByteArray());
    simulation.finish();

    assertThat(outcomes).containsOnlyKeys(Decision.Outcome.SAMPLED);
  }

  private PartitionSimulation simulation(String policies, long retention) {
    PolicySet set = SamplerHarness.set(policies);
    Waits waits =
        new Waits(
            set.decisionWait().orElseThrow().toMillis(),
            set.decisionWaitAfterRootReceived().map(d -> d.toMillis()).orElse(Waits.NEVER));
    PolicyVersion version = PolicyVersion.ofAFile(set, waits);
    tally =
        new SimulationTally(
            List.of(version),
            new SimulationTally.Listener() {
              @Override
              public void decided(
                  OpenTrace trace, PolicyVersion by, Decision decision, Verdict verdict) {
                outcomes.merge(decision.outcome(), 1, Integer::sum);
                if (decision.outcome() == Decision.Outcome.SAMPLED) {
                  reconsidered(trace, by, decision, verdict);
                }
              }

              @Override
              public void reconsidered(
                  OpenTrace trace, PolicyVersion by, Decision decision, Verdict verdict) {
                policyOfKept.put(
                    new TraceId(trace.high, trace.low).toHex(),
                    set.policyNames().get(decision.policy()));
              }
            });
    simulated =
        new PartitionSimulation(
            new SimulatedTask(
                SplitSources.NONE, 1, retention, BOUNDS, BoundedTimestamps.ofShuffle(), 2_000),
            new PolicySchedule(version),
            resources,
            directory.resolve("simulation"),
            tally);
    return simulated;
  }

  /** Spans that end by then, of some traces from this one on. */
  private static byte[] request(Random random, int from, long endMillis) {
    List<Span> spans = new ArrayList<>();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      long end = i == 1 ? endMillis : endMillis - random.nextInt(500);
      Span.Builder span = child(from + random.nextInt(30), end).toBuilder();
      span.setStartTimeUnixNano(span.getEndTimeUnixNano() - random.nextInt(300_000_000));
      switch (random.nextInt(40)) {
        case 0 -> span.setStatus(Status.newBuilder().setCodeValue(2));
        case 1 -> span.addAttributes(Otlp.string("tier", "vip"));
        case 2 -> span.addAttributes(Otlp.string("tier", "health"));
        case 3, 4, 5, 6 -> span.clearParentSpanId();
        default -> {}
      }
      spans.add(span.build());
    }
    return TracesData.newBuilder(Otlp.request(spans.toArray(Span[]::new))).build().toByteArray();
  }

  private static Span child(long trace, long endMillis) {
    return span(trace, endMillis).toBuilder()
        .setParentSpanId(ByteString.copyFromUtf8("parent__"))
        .build();
  }

  private static Span span(long trace, long endMillis) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(SamplerHarness.START + endMillis);
    return Otlp.span(trace).toBuilder()
        .setStartTimeUnixNano(nanos)
        .setEndTimeUnixNano(nanos)
        .build();
  }

  private static String tag(Decision.Outcome outcome) {
    return outcome.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** With the latest end of its spans as log time. */
  private void take(PartitionSimulation simulation, byte[] request) throws MalformedOtlpException {
    SpanScan scan = new SpanScan();
    scan.scan(request, null);
    long latest = 0;
    for (int span = 0; span < scan.spanCount(); span++) {
      latest = Math.max(latest, scan.endUnixNanos(span) / 1_000_000);
    }
    simulation.take(
        new ConsumerRecord<>(
            "recordings",
            0,
            nextOffset++,
            latest,
            TimestampType.CREATE_TIME,
            0,
            request.length,
            null,
            request,
            new RecordHeaders(),
            Optional.empty()));
  }
}
