package io.tailrace.serdes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes into kept spans with what probability they were kept: the sub-key {@code th} of the {@code
 * ot} member of their trace state, and the adjusted count as an attribute if one is named. A span
 * whose trace state does not change stays as it came, byte by byte. The threshold of a span is
 * never lowered. Reused; not thread-safe.
 */
public final class SpanStamp {
  /** What becomes of the trace state of a span. */
  public enum Result {
    /** A threshold was written, or raised. */
    STAMPED,
    /** It has the right threshold, or a greater one. */
    UNCHANGED,
    /** The probability is unknown: no threshold is left in it. */
    UNKNOWN,
    /** Its threshold was above the randomness of the trace, and was erased. */
    INCONSISTENT,
    /** It breaks a rule, or has no room for a threshold, and stays as it came. */
    MALFORMED
  }

  private static final byte[] OT = ascii("ot=");
  private static final byte[] RV = ascii("rv:");
  private static final byte[] TH = ascii("th:");
  private static final int UNSET = -1;

  private final byte[] attributeKey;
  private final WireReader in = new WireReader();
  private final TraceStateReader state = new TraceStateReader();
  private final int[] results = new int[Result.values().length];
  private Weight weight = Weight.NONE;
  private long randomness;

  private byte[] source;
  private int payloadFrom;
  private int payloadTo;
  private int insertAt;
  private int stateFrom; // of the value
  private int stateTo;
  private final int[] cutFrom = new int[MAX_CUTS];
  private final int[] cutTo = new int[MAX_CUTS];
  private int cuts;
  private static final int MAX_CUTS = 8;
  private byte[] newState = new byte[1024];
  private int newStateLength;
  private byte[] out = new byte[4096];
  private int size;

  /**
   * @param adjustedCountAttribute key of the span attribute that gets the adjusted count, as a
   *     double; empty for none
   */
  public SpanStamp(String adjustedCountAttribute) {
    attributeKey = adjustedCountAttribute.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Stamps spans of this trace from now on. */
  public void of(Weight ofTrace, long traceIdLow) {
    weight = ofTrace;
    randomness = ofTrace.randomness(traceIdLow);
  }
}
