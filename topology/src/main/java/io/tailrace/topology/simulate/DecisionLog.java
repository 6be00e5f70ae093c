package io.tailrace.topology.simulate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.tailrace.policies.Decision;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.TraceJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Writes one JSON line per decision. Not thread-safe. */
final class DecisionLog implements SimulationTally.Listener, AutoCloseable {
  private final JsonGenerator json;
  private long decisions;

  /**
   * @param out closed with this log
   */
  DecisionLog(OutputStream out) throws IOException {
    this.json = new JsonFactory().createGenerator(out);
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  @Override
  public void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    try {
      write(trace, version, decision, verdict);
      decisions++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void reconsidered(
      OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    decided(trace, version, decision, verdict);
  }

  private void write(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict)
      throws IOException {
    List<String> policies = version.set().policyNames();
    json.writeStartObject();
    json.writeStringField("trace_id", new TraceId(trace.high, trace.low).toHex());
    json.writeStringField("decision", lowerCase(decision.outcome()));
    json.writeStringField("policy", decision.policy() < 0 ? null : policies.get(decision.policy()));
    if (version.number() != PolicyVersion.OF_A_FILE) {
      json.writeNumberField("policy_version", version.number());
    }
    json.writeStringField("decided_at", Instant.ofEpochMilli(verdict.decidedAt()).toString());
    TraceJson.writeWeight(verdict.weight(), json);
    json.writeObjectFieldStart("votes");
    for (int policy = 0; policy < policies.size(); policy++) {
      json.writeStringField(policies.get(policy), lowerCase(decision.vote(policy)));
    }
    json.writeEndObject();
    TraceJson.writeFacts(trace, json);
    if (verdict.kind() == VerdictKind.RECONSIDERED) {
      json.writeBooleanField("reconsidered", true);
    }
    json.writeEndObject();
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() throws IOException {
    if (decisions > 0) {
      json.writeRaw('\n');
    }
    json.close();
  }
}
