package io.tailrace.loadtests.bench.flow;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** Circumstances of a measurement, for people: machine, broker, instances, topics. */
public final class Circumstances {
  private Circumstances() {}

  /**
   * Returns them by name, in the order of output.
   *
   * @param topics keyed and mixed topic, by whether they are keyed
   */
  public static Map<String, String> of(
      FleetOptions fleet, ThroughputPlan plan, Map<Boolean, FilledTopic> topics) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "machine",
        "%d cores, Java %s, load average %.1f"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    facts.put("broker", fleet.external == null ? "a process on this machine" : "external");
    facts.put(
        "instances",
        "%d of %d threads, %d partitions, %s%s"
            .formatted(
                fleet.instances,
                fleet.threads,
                fleet.partitions(),
                String.join(" ", fleet.jvmOptions),
                fleet.environment().isEmpty() ? "" : ", " + fleet.environment()));
    facts.put(
        "runs",
        "%d rounds of %,d spans each, after %,d of warm-up; %,d open traces, shape %s"
            .formatted(
                plan.rounds(), plan.spans(), plan.warmUpSpans(), plan.openTraces(), fleet.shape));
    topics.forEach(
        (keyed, topic) ->
            facts.put(
                keyed ? "keyed records" : "mixed records",
                "%.1f spans, %.0f bytes a span, %.0f compressed; %.1f spans a trace"
                    .formatted(
                        (double) topic.spans() / topic.records(),
                        topic.bytesPerSpan(),
                        (double) topic.bytesOnDisk() / topic.spans(),
                        (double) topic.spans() / topic.traces())));
    return facts;
  }
}
