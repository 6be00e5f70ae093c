package io.tailrace.topology.sampling;

import io.tailrace.policies.fingerprint.ValueNames;
import io.tailrace.policies.signals.Signals;
import io.tailrace.serdes.MalformedOtlpException;
import java.util.List;

/** Computes texts of fingerprints from span bytes, with all values in full. Not thread-safe. */
public final class FingerprintTexts {
  private final ValueNames names = ValueNames.exact();
  private final RecordScan scan;

  /**
   * @param signals signals of the policy set that defines the fingerprints; must have one
   */
  public FingerprintTexts(Signals signals) {
    scan = new RecordScan(new SignalLayout(0, signals), names);
  }

  /**
   * Returns the text of a fingerprint of one trace: that of the hash which the policies decided by,
   * if the bytes are those of the decision.
   *
   * @param spans records that contain spans of this trace only
   * @param firstSeenMillis log time of its first span, milliseconds since the epoch
   * @param index index in {@link Signals#fingerprints}
   * @throws MalformedOtlpException if a record is not {@code TracesData}
   */
  public String of(List<byte[]> spans, long firstSeenMillis, int index)
      throws MalformedOtlpException {
    names.clear();
    OpenTrace trace = new OpenTrace(0, 0, firstSeenMillis, 0);
    for (byte[] record : spans) {
      scan.scan(record);
      scan.addValues(0, trace);
    }
    return trace.fingerprintText(index, names);
  }
}
