package io.tailrace.policies.kinds;

import io.tailrace.policies.budget.Thresholds;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Votes;
import io.tailrace.policies.policy.Words;

/**
 * Samples a percentage of all traces. Every instance samples the same traces: by the randomness of
 * the trace, or by a hash of the trace ID if there is a salt or {@code use_tracestate} is false.
 */
final class Probabilistic implements PolicyKind {
  private static final String DEFAULT_SALT = "default-hash-seed";
  private static final String BY_RANDOMNESS = "";

  @Override
  public String type() {
    return "probabilistic";
  }

  @Override
  public boolean isOfContent() {
    return false;
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    double percentage = settings.get("sampling_percentage").number(0, 100, 0);
    boolean isWritten = settings.get("sampling_percentage").present();
    if (!isWritten) {
      settings.node().warn("samples no trace: sampling_percentage is absent");
    }
    String salt = settings.get("hash_salt").string("");
    String description =
        "it is among " + Words.number(percentage) + " % of traces, chosen by trace id";
    if (salt.isEmpty() && context.useTraceState()) {
      return byRandomness(percentage, isWritten, description);
    }
    if (context.useTraceState()) {
      settings.get("hash_salt").warn("the weight of traces sampled with a salt is unknown");
    }
    return byHash(
        percentage,
        isWritten,
        salt.isEmpty() ? DEFAULT_SALT : salt,
        description + (salt.isEmpty() ? "" : " and salt " + Words.quoted(salt)));
  }

  static Policy byRandomness(double percentage, boolean isWritten, String description) {
    long threshold = Thresholds.of(percentage / 100);
    Extent extent =
        threshold == Votes.NEVER
            ? new Extent.None(!isWritten)
            : threshold == Votes.ALWAYS
                ? new Extent.All()
                : new Extent.Hashed(BY_RANDOMNESS, (Votes.NEVER - threshold) << Byte.SIZE);
    return Policy.voting(description, extent, (trace, logTime) -> threshold);
  }

  private static Policy byHash(
      double percentage, boolean isWritten, String salt, String description) {
    TraceIdHash hash = new TraceIdHash(salt);
    long threshold = HashThreshold.of(percentage / 100);
    return Policy.voting(
        description,
        extent(percentage, isWritten, salt, threshold),
        (trace, logTime) -> {
          long hashed = hash.of(trace.traceIdHigh(), trace.traceIdLow());
          boolean samples = Long.compareUnsigned(hashed, threshold) <= 0;
          return threshold == -1 ? Votes.ALWAYS : Votes.byChance(samples);
        });
  }

  private static Extent extent(double percentage, boolean isWritten, String salt, long threshold) {
    if (percentage == 0) {
      return new Extent.None(!isWritten); // but for one hash in 2^64
    }
    return threshold == -1 ? new Extent.All() : new Extent.Hashed(salt, threshold);
  }
}
