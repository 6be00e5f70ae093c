package io.tailrace.topology.sampling;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.serdes.ConsistentSampling;
import io.tailrace.serdes.Weight;
import io.tailrace.topology.operations.TraceOutline;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Writes facts of a trace as JSON, with the same field names everywhere. */
public final class TraceJson {
  private TraceJson() {}

  /** Writes the sampling probability of a kept trace as fields of the current object. */
  public static void writeWeight(Weight weight, JsonGenerator json) throws IOException {
    if (weight.isKnown()) {
      json.writeStringField("threshold", ConsistentSampling.thresholdText(weight.threshold()));
      json.writeNumberField("adjusted_count", weight.adjustedCount());
    } else if (weight.isStamped()) {
      json.writeNullField("threshold");
      json.writeNullField("adjusted_count");
    }
  }

  /** Writes the outline of a trace as fields of the current object. */
  public static void writeFacts(OpenTrace trace, JsonGenerator json) throws IOException {
    long nanos = trace.endUnixNanos() - trace.startUnixNanos();
    json.writeNumberField("spans", trace.spanCount);
    json.writeNumberField("bytes", trace.bytes);
    json.writeNumberField("duration_ms", TimeUnit.NANOSECONDS.toMillis(nanos));
    TraceOutline outline = trace.requestedOutline();
    json.writeStringField("root", outline.root());
    json.writeNumberField("errors", outline.errors());
  }
}
