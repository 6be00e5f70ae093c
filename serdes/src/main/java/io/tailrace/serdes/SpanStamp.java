package io.tailrace.serdes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the sampling threshold of a kept trace into its spans: the entry {@code th} in the {@code
 * ot} member of the trace state, and optionally the adjusted count and texts as attributes, which
 * replace those with the same key. A span's own threshold is never lowered. A span whose trace
 * state does not change keeps its bytes. Source: OpenTelemetry specification, "TraceState:
 * Probability Sampling". Reusable; not thread-safe.
 */
public final class SpanStamp {
  /** Result for the trace state of a span. */
  public enum Result {
    /** The threshold was added or raised. */
    STAMPED,
    /** The span already had this threshold or a greater one. */
    UNCHANGED,
    /** The probability is unknown: the span has no threshold. */
    UNKNOWN,
    /** The span's own threshold exceeds the randomness of the trace; it was removed. */
    INCONSISTENT,
    /** The trace state is malformed or has no room; it was not changed. */
    MALFORMED
  }

  private static final long NONE = TraceStateReader.NONE;
  private static final int LENGTH_BYTES = 5;
  private static final int DOUBLE_VALUE = 1 + Double.BYTES; // tag and value of an AnyValue

  private final byte[] attributeKey;
  private final Consumer<Result> results;
  private final WireReader in = new WireReader();
  private final TraceStateReader state = new TraceStateReader();

  private Weight weight = Weight.NONE;
  private long randomness;
  private Map<String, String> texts = Map.of();
  private byte[][] textKeys = {};
  private byte[] textAttributes = {}; // as fields of a span

  private byte[] source = {};
  private int from;
  private int to;
  private int insertAt;
  private int stateFrom;
  private int stateTo;
  private boolean malformed;
  private int[] states = new int[4]; // start and end of each trace state field
  private int stateFields;
  private int[] attributes = new int[4]; // start and end of each attribute with the key
  private int attributeFields;

  private long freshThreshold = NONE;
  private byte[] fresh = {}; // field for a span without a trace state

  private byte[] text = new byte[1024]; // the new trace state
  private int textLength;
  private byte[] out = new byte[4096];
  private int size;

  /**
   * @param adjustedCountAttribute key of the span attribute for the adjusted count, a double; empty
   *     for none
   * @param results receives the result for each stamped span
   */
  public SpanStamp(String adjustedCountAttribute, Consumer<Result> results) {
    attributeKey = adjustedCountAttribute.getBytes(StandardCharsets.UTF_8);
    this.results = results;
  }

  /** Sets the trace of the next spans. */
  public void of(Weight ofTrace, long traceIdLow) {
    of(ofTrace, traceIdLow, Map.of());
  }

  /**
   * Sets the trace of the next spans.
   *
   * @param attributes texts to write as attributes of each span
   */
  public void of(Weight ofTrace, long traceIdLow, Map<String, String> attributes) {
    weight = ofTrace;
    randomness = ofTrace.randomness(traceIdLow);
    if (!attributes.equals(texts)) {
      texts = Map.copyOf(attributes);
      textKeys =
          texts.keySet().stream()
              .map(key -> key.getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
      ForwardWriter fields = new ForwardWriter();
      attributes.forEach(
          (key, value) -> fields.writeTextAttribute(OtlpFields.SPAN_ATTRIBUTES, key, value));
      textAttributes = fields.toByteArray();
    }
  }

  /**
   * Stamps a span.
   *
   * @param record bytes that hold the span as a field of {@code ScopeSpans}, tag included
   * @return the new field, or null if it does not change
   */
  byte @Nullable [] stamp(byte[] record, int start, int end) throws MalformedOtlpException {
    if (!weight.isStamped() && textKeys.length == 0) {
      return null;
    }
    try {
      walk(record, start, end);
    } catch (IOException e) {
      throw Wire.malformed(record, e);
    }
    if (!weight.isStamped()) {
      return write(false, 0);
    }
    long own = readState() ? state.threshold() : NONE;
    long target = target(own);
    Result result = result(own, target);
    boolean changed = result != Result.MALFORMED && target != own;
    if (changed && !writeState(target)) {
      result = Result.MALFORMED;
      changed = own != NONE && writeState(NONE); // a threshold that is too low must not stay
    }
    results.accept(result);
    if (attributeKey.length > 0) {
      return write(changed, count(result, target));
    }
    return changed || textKeys.length > 0 ? write(changed, 0) : null;
  }

  /**
   * Stamps a span that has no trace state field, as {@link #stamp}. The new field goes first, so
   * the span is not walked.
   */
  byte @Nullable [] stampFresh(byte[] record, int start, int end) throws MalformedOtlpException {
    if (!weight.isKnown() || attributeKey.length > 0 || textKeys.length > 0) {
      return stamp(record, start, end);
    }
    if (weight.threshold() != freshThreshold) {
      freshThreshold = weight.threshold();
      String value = "ot=th:" + ConsistentSampling.thresholdText(freshThreshold);
      byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
      fresh = new byte[2 + ascii.length];
      fresh[0] = (byte) OtlpFields.SPAN_TRACE_STATE;
      fresh[1] = (byte) ascii.length;
      System.arraycopy(ascii, 0, fresh, 2, ascii.length);
    }
    try {
      in.of(record, start, end).tag();
      in.enter();
    } catch (IOException e) {
      throw Wire.malformed(record, e);
    }
    results.accept(Result.STAMPED);
    int payload = in.limit() - in.at();
    int header = 1 + varintLength(fresh.length + payload);
    byte[] field = new byte[header + fresh.length + payload];
    writeHeader(field, fresh.length + payload);
    System.arraycopy(fresh, 0, field, header, fresh.length);
    System.arraycopy(record, in.at(), field, header + fresh.length, payload);
    return field;
  }

  private void walk(byte[] record, int start, int end) throws IOException {
    source = record;
    in.of(record, start, end);
    in.tag();
    in.enter();
    from = in.at();
    to = in.limit();
    insertAt = from;
    stateFrom = from;
    stateTo = from;
    stateFields = 0;
    attributeFields = 0;
    int fieldStart = from;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.SPAN_TRACE_STATE) {
        int length = in.length();
        stateFrom = in.at();
        in.pass(length);
        stateTo = in.at();
        states = add(states, stateFields++, fieldStart, stateTo);
      } else if (tag == OtlpFields.SPAN_ATTRIBUTES && writesAttributes()) {
        int length = in.length();
        int at = in.at();
        in.pass(length);
        if (isReplaced(at, in.at())) {
          attributes = add(attributes, attributeFields++, fieldStart, in.at());
        }
      } else {
        in.skip(tag);
        if (tag == OtlpFields.SPAN_SPAN_ID && stateFields == 0) {
          insertAt = in.at();
        }
      }
      fieldStart = in.at();
    }
    if (stateFields > 0) {
      insertAt = states[0];
    }
  }

  private static int[] add(int[] ranges, int count, int start, int end) {
    int[] fitting = 2 * count + 2 > ranges.length ? Arrays.copyOf(ranges, 4 * count) : ranges;
    fitting[2 * count] = start;
    fitting[2 * count + 1] = end;
    return fitting;
  }

  private boolean writesAttributes() {
    return attributeKey.length > 0 || textKeys.length > 0;
  }

  private boolean isReplaced(int start, int end) {
    int length = PlainKeyValue.keyLength(source, start, end);
    int at = start + PlainKeyValue.BEFORE_KEY;
    if (attributeKey.length > 0 && isKey(attributeKey, at, length)) {
      return true;
    }
    for (byte[] key : textKeys) {
      if (isKey(key, at, length)) {
        return true;
      }
    }
    return false;
  }

  private boolean isKey(byte[] key, int at, int length) {
    return length == key.length && Arrays.equals(source, at, at + length, key, 0, length);
  }

  private boolean readState() {
    malformed = false;
    if (stateFrom == stateTo) {
      state.clear();
      return false;
    }
    malformed = !state.read(source, stateFrom, stateTo);
    return !malformed;
  }

  private long target(long own) {
    if (!weight.isKnown() || own > randomness) {
      return NONE;
    }
    return Math.max(own, weight.threshold());
  }

  private Result result(long own, long target) {
    if (malformed) {
      return Result.MALFORMED;
    } else if (!weight.isKnown()) {
      return Result.UNKNOWN;
    } else if (own > randomness) {
      return Result.INCONSISTENT;
    }
    return target == own ? Result.UNCHANGED : Result.STAMPED;
  }

  /** Returns the adjusted count for the attribute, or 0 for none. */
  private double count(Result result, long target) {
    return switch (result) {
      case STAMPED, UNCHANGED -> ConsistentSampling.adjustedCount(target);
      case MALFORMED -> weight.isKnown() ? weight.adjustedCount() : 0;
      case UNKNOWN, INCONSISTENT -> 0;
    };
  }

  /** Writes the new trace state. Returns false if there is no room for the threshold. */
  private boolean writeState(long threshold) {
    textLength = 0;
    boolean hasEntry = state.randomness() != NONE || threshold != NONE || state.entries > 0;
    if (hasEntry) {
      writeOt(threshold);
    }
    if (textLength > "ot=".length() + TraceStateReader.MAX_VALUE) {
      return false;
    }
    int members = Math.min(state.members, TraceStateReader.MAX_MEMBERS - (hasEntry ? 1 : 0));
    for (int i = 0; i < members; i++) {
      if (textLength > 0) {
        text(',');
      }
      text(state.memberFrom[i], state.memberTo[i]);
    }
    return true;
  }

  /** Writes entries in the order of the Collector's {@code pkg/sampling}: rv, th, others. */
  private void writeOt(long threshold) {
    text('o', 't', '=');
    if (state.randomness() != NONE) {
      text('r', 'v', ':');
      reserveText(ConsistentSampling.DIGITS);
      textLength = ConsistentSampling.writeRandomness(state.randomness(), text, textLength);
    }
    if (threshold != NONE) {
      separate();
      text('t', 'h', ':');
      reserveText(ConsistentSampling.DIGITS);
      textLength = ConsistentSampling.writeThreshold(threshold, text, textLength);
    }
    for (int i = 0; i < state.entries; i++) {
      separate();
      text(state.entryFrom[i], state.entryTo[i]);
    }
  }

  private void separate() {
    if (textLength > "ot=".length()) {
      text(';');
    }
  }

  private void text(char... chars) {
    reserveText(chars.length);
    for (char c : chars) {
      text[textLength++] = (byte) c;
    }
  }

  private void text(int start, int end) {
    reserveText(end - start);
    System.arraycopy(source, start, text, textLength, end - start);
    textLength += end - start;
  }

  private void reserveText(int length) {
    if (textLength + length > text.length) {
      text = Arrays.copyOf(text, 2 * (textLength + length));
    }
  }

  /** Writes the span field, with the new trace state if it changed. */
  private byte[] write(boolean stateChanged, double adjustedCount) {
    int attribute = adjustedCount > 0 ? attributeLength() : 0;
    size = 0;
    reserve(to - from + textLength + attribute + textAttributes.length + 4 * LENGTH_BYTES);
    int at = from;
    boolean inserted = !stateChanged;
    int nextState = stateChanged ? 0 : stateFields;
    int nextAttribute = 0;
    while (nextState < stateFields || nextAttribute < attributeFields) {
      boolean isState =
          nextAttribute == attributeFields
              || (nextState < stateFields && states[2 * nextState] < attributes[2 * nextAttribute]);
      int[] cuts = isState ? states : attributes;
      int cut = isState ? nextState++ : nextAttribute++;
      if (!inserted && cuts[2 * cut] >= insertAt) {
        at = insert(at);
        inserted = true;
      }
      copy(at, cuts[2 * cut]);
      at = cuts[2 * cut + 1];
    }
    at = inserted ? at : insert(at);
    copy(at, to);
    if (adjustedCount > 0) {
      writeAttribute(adjustedCount);
    }
    System.arraycopy(textAttributes, 0, out, size, textAttributes.length);
    size += textAttributes.length;
    return field();
  }

  private void copy(int start, int end) {
    System.arraycopy(source, start, out, size, end - start);
    size += end - start;
  }

  private int insert(int at) {
    copy(at, insertAt);
    writeTraceState();
    return insertAt;
  }

  private void writeTraceState() {
    if (textLength > 0) {
      writeVarint(OtlpFields.SPAN_TRACE_STATE);
      writeVarint(textLength);
      System.arraycopy(text, 0, out, size, textLength);
      size += textLength;
    }
  }

  private int attributeLength() {
    return 1 + varintLength(attributeKey.length) + attributeKey.length + 2 + DOUBLE_VALUE;
  }

  private void writeAttribute(double value) {
    writeVarint(OtlpFields.SPAN_ATTRIBUTES);
    writeVarint(attributeLength());
    writeVarint(OtlpFields.KEY_VALUE_KEY);
    writeVarint(attributeKey.length);
    System.arraycopy(attributeKey, 0, out, size, attributeKey.length);
    size += attributeKey.length;
    writeVarint(OtlpFields.KEY_VALUE_VALUE);
    writeVarint(DOUBLE_VALUE);
    writeVarint(OtlpFields.ANY_DOUBLE);
    ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putDouble(size, value);
    size += Double.BYTES;
  }

  private byte[] field() {
    int header = 1 + varintLength(size);
    byte[] field = new byte[header + size];
    System.arraycopy(out, 0, field, header, size);
    writeHeader(field, size);
    return field;
  }

  private static void writeHeader(byte[] field, int length) {
    field[0] = (byte) OtlpFields.SCOPE_SPANS_SPANS;
    int at = 1;
    int rest = length;
    while ((rest & ~0x7F) != 0) {
      field[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    field[at] = (byte) rest;
  }

  private void writeVarint(int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[size++] = (byte) rest;
  }

  private static int varintLength(int value) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 6) / 7);
  }

  private void reserve(int length) {
    if (out.length < length) {
      out = new byte[2 * length];
    }
  }
}
