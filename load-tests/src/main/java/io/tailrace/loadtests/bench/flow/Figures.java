package io.tailrace.loadtests.bench.flow;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures of a run by name, in table order. */
public final class Figures {
  public static final String SPANS_PER_SECOND = "spans/s";
  static final String CPU = "engine CPU µs/span";

  private final Map<String, Double> values = new LinkedHashMap<>();

  /** Computes the figures between two samples of a run. */
  static Figures of(Window window, FilledTopic topic) {
    Sample from = window.from();
    Sample to = window.to();
    double spans = to.spans() - from.spans();
    double seconds = (to.nanos() - from.nanos()) / 1e9;
    double ingested = spans * topic.bytesPerSpan();
    double ingestedOnDisk = topic.bytesOnDisk() * (spans / topic.spans());
    Figures figures = new Figures();
    figures.put(SPANS_PER_SECOND, spans / seconds);
    figures.put("MB/s", ingested / seconds / 1e6);
    long jit = to.jitNanos() - from.jitNanos();
    figures.put(CPU, (to.cpuNanos() - from.cpuNanos() - jit) / spans / 1e3);
    figures.put("JIT CPU µs/span", jit / spans / 1e3);
    if (window.brokerCpuNanos() >= 0) {
      figures.put("broker CPU µs/span", window.brokerCpuNanos() / spans / 1e3);
    }
    double allocated = to.allocatedBytes() - from.allocatedBytes();
    figures.put("allocated bytes/span", allocated / spans);
    figures.put("allocated/ingested", allocated / ingested);
    figures.put("heap peak MB", to.heapPeak() / 1e6);
    figures.put("RSS peak MB", to.rssPeak() / 1e6);
    figures.put("RocksDB bytes/span", (to.diskBytes() - from.diskBytes()) / spans);
    figures.put("Kafka/ingested", window.kafkaBytes() / ingestedOnDisk);
    figures.put("export/ingested", (to.exportedBytes() - from.exportedBytes()) / ingested);
    if (to.decided() > from.decided()) {
      figures.put(
          "kept share", (double) (to.kept() - from.kept()) / (to.decided() - from.decided()));
      figures.put("open traces", (double) to.openTraces());
    }
    return figures;
  }

  public Map<String, Double> values() {
    return values;
  }

  public double get(String name) {
    return values.getOrDefault(name, Double.NaN);
  }

  public void put(String name, double value) {
    values.put(name, value);
  }

  /** Puts a count, exact up to 2^53. */
  public void put(String name, long value) {
    values.put(name, (double) value);
  }

  /**
   * The measured part of a run.
   *
   * @param kafkaBytes bytes written to Kafka, without the export topic
   * @param brokerCpuNanos CPU time of the broker, or -1
   */
  record Window(Sample from, Sample to, long kafkaBytes, long brokerCpuNanos) {}

  /** Writes the figures of all rounds as an array. */
  public static void write(JsonGenerator json, String name, List<Figures> rounds)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Figures round : rounds) {
      json.writeStartObject();
      for (Map.Entry<String, Double> figure : round.values().entrySet()) {
        json.writeNumberField(figure.getKey(), figure.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
