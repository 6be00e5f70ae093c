package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/**
 * Samples a percentage of all traces by a hash of the trace ID. Every instance samples the same
 * traces.
 */
final class Probabilistic implements PolicyKind {
  private static final String DEFAULT_SALT = "default-hash-seed";

  @Override
  public String type() {
    return "probabilistic";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    double percentage = settings.get("sampling_percentage").number(0, 100, 0);
    if (!settings.get("sampling_percentage").present()) {
      settings.node().warn("samples no trace: sampling_percentage is absent");
    }
    String salt = settings.get("hash_salt").string("");
    TraceIdHash hash = new TraceIdHash(salt.isEmpty() ? DEFAULT_SALT : salt);
    long threshold = HashThreshold.of(percentage / 100);
    boolean isWritten = settings.get("sampling_percentage").present();
    return Policy.when(
        "it is among "
            + Words.number(percentage)
            + " % of traces, chosen by trace id"
            + (salt.isEmpty() ? "" : " and salt " + Words.quoted(salt)),
        extent(percentage, isWritten, salt.isEmpty() ? DEFAULT_SALT : salt, threshold),
        trace -> {
          long hashed = hash.of(trace.traceIdHigh(), trace.traceIdLow());
          return Long.compareUnsigned(hashed, threshold) <= 0;
        });
  }

  private static Extent extent(double percentage, boolean isWritten, String salt, long threshold) {
    if (percentage == 0) {
      return new Extent.None(!isWritten); // except one hash in 2^64
    }
    return threshold == -1 ? new Extent.All() : new Extent.Hashed(salt, threshold);
  }
}
