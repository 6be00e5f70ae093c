package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.streams.SamplerHarness.Exported;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code limits.group_by}: at the bounds of a task, the largest group gives up its traces. */
class GroupedBoundsTest {
  private static final String BY_TENANT = "resource.attributes[\"tenant\"]";

  @TempDir Path stateDir;

  private SamplerHarness.Builder sampler(String groupBy) {
    return new SamplerHarness.Builder(stateDir).groupBy(groupBy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BY_TENANT,
        "scope.attributes[\"tenant\"]",
        "span.attributes[\"tenant\"]",
        "any.attributes[\"tenant\"]"
      })
  void aNoisyTenantPushesOutItsOwnTracesOnly(String selector) {
    try (SamplerHarness sampler = sampler(selector).maxTracesPerTask(4).start()) {
      sampler.sendBytes(0, record(selector, "quiet", Otlp.span(1)));
      for (int trace = 2; trace <= 8; trace++) {
        sampler.sendBytes(trace, record(selector, "noisy", Otlp.span(trace)));
      }
      assertThat(kept(sampler)).containsExactly(2L, 3L, 4L, 5L);
    }
  }

  @Test
  void bytesDecideWhichGroupIsTheLargest() {
    try (SamplerHarness sampler = sampler(BY_TENANT).maxBytesPerTask(2_000).start()) {
      sampler.sendBytes(0, record(BY_TENANT, "many", Otlp.span(1)));
      sampler.sendBytes(1, record(BY_TENANT, "many", Otlp.span(2)));
      sampler.sendBytes(2, record(BY_TENANT, "large", Otlp.child(3, "x".repeat(900))));
      sampler.sendBytes(3, record(BY_TENANT, "new", Otlp.child(4, "x".repeat(890))));

      assertThat(kept(sampler)).containsExactly(3L);
      assertThat(sampler.count("tailrace.traces.decided.early", "reason", "bytes_per_task"))
          .isEqualTo(1);
    }
  }

  @Test
  void aTraceJoinsItsGroupWithTheFirstRecordThatHasTheAttribute() {
    try (SamplerHarness sampler = sampler(BY_TENANT).maxTracesPerTask(4).start()) {
      sampler.send(0, Otlp.span(1)); // without tenant
      sampler.sendBytes(1, record(BY_TENANT, "a", Otlp.child(1, "later")));
      sampler.send(2, Otlp.span(2));
      sampler.sendBytes(3, record(BY_TENANT, "a", Otlp.span(3)));
      sampler.sendBytes(4, record(BY_TENANT, "a", Otlp.span(4)));
      sampler.sendBytes(5, record(BY_TENANT, "b", Otlp.child(1, "another tenant")));
      sampler.sendBytes(6, record(BY_TENANT, "b", Otlp.span(5)));

      assertThat(kept(sampler)).as("the oldest of tenant a").containsExactly(1L);
    }
  }

  @Test
  void moreGroupsThanAreToldApartFormOne() {
    int groups = 1_500;
    try (SamplerHarness sampler = sampler(BY_TENANT).maxTracesPerTask(groups).start()) {
      for (int tenant = 1; tenant <= groups; tenant++) {
        sampler.sendBytes(tenant, record(BY_TENANT, "t" + tenant, Otlp.span(tenant)));
      }
      sampler.sendBytes(groups, record(BY_TENANT, "t1", Otlp.span(5_000)));

      assertThat(kept(sampler))
          .as("the first trace of the tenants beyond the bound on groups")
          .containsExactly(1_001L);
    }
  }

  /** Compares random traffic with a plain model of the rule. */
  @Test
  void agreesWithAModel() {
    Random random = new Random(7);
    int most = 40;
    Map<Long, Modelled> open = new LinkedHashMap<>();
    List<Long> expected = new ArrayList<>();
    try (SamplerHarness sampler = sampler(BY_TENANT).maxTracesPerTask(most).start()) {
      for (int i = 0; i < 2_000; i++) {
        long trace = 1 + random.nextInt(1_200);
        if (expected.contains(trace)) {
          continue; // its spans are late
        }
        String tenant = "t" + Math.min(random.nextInt(6), random.nextInt(6));
        byte[] record =
            record(BY_TENANT, tenant, Otlp.child(trace, "x".repeat(random.nextInt(5_000))));
        open.computeIfAbsent(trace, id -> new Modelled(tenant)).bytes += record.length;
        if (open.size() > most) {
          expected.add(removeSurplus(open));
        }
        sampler.sendBytes(i, record);
      }
      assertThat(kept(sampler)).hasSizeGreaterThan(100).containsExactlyElementsOf(expected);
    }
  }

  private static long removeSurplus(Map<Long, Modelled> open) {
    Map<String, Integer> bytes = new LinkedHashMap<>();
    open.values().forEach(trace -> bytes.merge(trace.tenant, trace.bytes, Integer::sum));
    String largest = bytes.entrySet().stream().max(Map.Entry.comparingByValue()).get().getKey();
    long oldest =
        open.entrySet().stream()
            .filter(trace -> trace.getValue().tenant.equals(largest))
            .findFirst()
            .get()
            .getKey();
    open.remove(oldest);
    return oldest;
  }

  private static final class Modelled {
    final String tenant;
    int bytes;

    Modelled(String tenant) {
      this.tenant = tenant;
    }
  }

  private static byte[] record(String selector, String tenant, Span span) {
    ResourceSpans.Builder resource = Otlp.resource("shop");
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    Span.Builder of = span.toBuilder();
    if (selector.startsWith("resource")) {
      resource.getResourceBuilder().addAttributes(Otlp.string("tenant", tenant));
    } else if (selector.startsWith("scope")) {
      scope.setScope(
          InstrumentationScope.newBuilder().addAttributes(Otlp.string("tenant", tenant)));
    } else {
      of.addAttributes(Otlp.string("tenant", tenant));
    }
    return TracesData.newBuilder()
        .addResourceSpans(resource.addScopeSpans(scope.addSpans(of)))
        .build()
        .toByteArray();
  }

  /** Returns the IDs of the traces in the order of their export. */
  private static List<Long> kept(SamplerHarness sampler) {
    return sampler.exported().stream()
        .map(Exported::traceId)
        .map(id -> Long.parseUnsignedLong(id.substring(id.length() - 16), 16))
        .toList();
  }
}
