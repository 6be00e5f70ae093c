package io.tailrace.topology.sampling;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.RecordFingerprint;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.RuleMarks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Marks of rules for kept traces. Not thread-safe. */
final class Marks {
  private static final int HASH_BYTES = 8;

  private @Nullable PolicySet ofSet;
  private @Nullable FingerprintTexts texts;

  /**
   * Returns the marks of a trace.
   *
   * @param policy index of the rule that decided
   * @param spans records with the spans of the trace
   * @param early why it is decided before its due time; null if it is due
   */
  RuleMarks of(
      OpenTrace trace,
      PolicyVersion version,
      int policy,
      List<byte[]> spans,
      @Nullable EarlyReason early) {
    return new RuleMarks(
        trigger(trace, version, early), fingerprint(trace, version.set(), policy, spans));
  }

  private static RuleMarks.Trigger trigger(
      OpenTrace trace, PolicyVersion version, @Nullable EarlyReason early) {
    if (early != null) {
      return early == EarlyReason.SPANS_PER_TRACE
          ? RuleMarks.Trigger.SPAN_LIMIT
          : RuleMarks.Trigger.EVICTION;
    }
    return version.waits().isShortened(trace)
        ? RuleMarks.Trigger.ROOT_SPAN
        : RuleMarks.Trigger.TRACE_TIMEOUT;
  }

  private String fingerprint(OpenTrace trace, PolicySet set, int policy, List<byte[]> spans) {
    int index = set.fingerprint(policy);
    if (set.recordFingerprint() == RecordFingerprint.NONE || index < 0) {
      return "";
    }
    FingerprintTexts ofCurrent = texts;
    if (ofCurrent == null || set != ofSet) {
      ofCurrent = new FingerprintTexts(set.signals());
      ofSet = set;
      texts = ofCurrent;
    }
    try {
      String text = ofCurrent.of(spans, trace.firstSeen, index);
      return set.recordFingerprint() == RecordFingerprint.VALUE ? text : hash(text);
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("buffered spans of " + trace + " cannot be read", e);
    }
  }

  private static String hash(String text) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(sha256, HASH_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
