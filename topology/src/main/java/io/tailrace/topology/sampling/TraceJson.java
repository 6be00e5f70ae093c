package io.tailrace.topology.sampling;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.serdes.ConsistentSampling;
import io.tailrace.serdes.Weight;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What is told of a trace in JSON, under the same names wherever it is told. */
public final class TraceJson {
  private TraceJson() {}

  /** Writes with what probability a trace was kept, if it was, as fields of the object. */
  public static void writeWeight(Weight weight, JsonGenerator json) throws IOException {
    if (weight.isKnown()) {
      json.writeStringField("threshold", ConsistentSampling.thresholdText(weight.threshold()));
      json.writeNumberField("adjusted_count", weight.adjustedCount());
    } else if (weight.isStamped()) {
      json.writeNullField("threshold");
      json.writeNullField("adjusted_count");
    }
  }

  /** Writes the facts of a trace that has an outline, as fields of the object that is begun. */
  public static void writeFacts(OpenTrace trace, JsonGenerator json) throws IOException {
    long nanos = trace.endUnixNanos() - trace.startUnixNanos();
    json.writeNumberField("spans", trace.spanCount);
    json.writeNumberField("bytes", trace.bytes);
    json.writeNumberField("duration_ms", TimeUnit.NANOSECONDS.toMillis(nanos));
    json.writeStringField("root", trace.outline.root);
    json.writeNumberField("errors", trace.outline.errors);
  }
}
