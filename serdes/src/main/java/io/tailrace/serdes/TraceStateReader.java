package io.tailrace.serdes;

import java.util.Arrays;

/**
 * Reads a W3C {@code tracestate} header and the sampling sub-keys of its {@code ot} member.
 * Sources: W3C Trace Context, section 3.3; OpenTelemetry specification, "TraceState Handling" and
 * "TraceState: Probability Sampling". Reused; not thread-safe.
 */
final class TraceStateReader {
  /** A sub-key that is not written. */
  static final long NONE = -1;

  static final int MAX_MEMBERS = 32;
  static final int MAX_VALUE = 256;
  private static final int MAX_KEY = 256;
  private static final int MAX_TENANT = 241;
  private static final int MAX_SYSTEM = 14;

  // Kinds of characters, as bits.
  private static final int LETTER = 1;
  private static final int DIGIT = 2;
  private static final int KEY = 4;
  private static final int VALUE = 8;
  private static final int SUB_VALUE = 16;
  private static final byte[] KINDS = kinds();

  /** Ranges of the members in the header, {@code ot} and empty ones left out. */
  final int[] memberFrom = new int[MAX_MEMBERS];

  final int[] memberTo = new int[MAX_MEMBERS];
  int members;

  /** Whether there is an {@code ot} member. */
  boolean hasOt;

  /** Ranges of the sub-keys of {@code ot} other than {@code rv} and {@code th}. */
  final int[] subFrom = new int[MAX_VALUE];

  final int[] subTo = new int[MAX_VALUE];
  int subs;

  /** Value of {@code rv}, or {@link #NONE}. */
  long randomness;

  /** Value of {@code th}, or {@link #NONE}. */
  long threshold;

  private byte[] header;

  private static byte[] kinds() {
    byte[] kinds = new byte[Byte.MAX_VALUE + 1];
    for (char c = 'a'; c <= 'z'; c++) {
      kinds[c] = LETTER | KEY | SUB_VALUE;
    }
    for (char c = '0'; c <= '9'; c++) {
      kinds[c] = DIGIT | KEY | SUB_VALUE;
    }
    for (char c = 'A'; c <= 'Z'; c++) {
      kinds[c] = SUB_VALUE;
    }
    for (char c : "_-*/".toCharArray()) {
      kinds[c] |= KEY;
    }
    for (char c : "._-".toCharArray()) {
      kinds[c] |= SUB_VALUE;
    }
    for (char c = ' '; c <= '~'; c++) {
      kinds[c] |= c == ',' || c == '=' ? 0 : VALUE;
    }
    return kinds;
  }

  /**
   * Reads a header.
   *
   * @return whether it keeps the rules, those for {@code ot} included; if not, no field is valid
   */
  boolean read(byte[] source, int from, int to) {
    header = source;
    members = 0;
    subs = 0;
    hasOt = false;
    randomness = NONE;
    threshold = NONE;
    int start = from;
    while (start <= to) {
      int end = indexOf(',', start, to);
      if (!readMember(start, end)) {
        return false;
      }
      start = end + 1;
    }
    return true;
  }

  private boolean readMember(int start, int end) {
    int from = start;
    int to = end;
    while (from < to && isBlank(header[from])) {
      from++;
    }
    while (from < to && isBlank(header[to - 1])) {
      to--;
    }
    if (from == to) {
      return true; // empty members are allowed
    }
    int equals = indexOf('=', from, to);
    if (members + (hasOt ? 1 : 0) == MAX_MEMBERS
        || !isKey(from, equals)
        || !isValue(equals + 1, to)) {
      return false;
    }
    if (equals - from == 2 && header[from] == 'o' && header[from + 1] == 't') {
      boolean first = !hasOt;
      hasOt = true;
      return first && readOt(equals + 1, to);
    }
    for (int i = 0; i < members; i++) {
      if (isSameKey(memberFrom[i], from, equals)) {
        return false;
      }
    }
    memberFrom[members] = from;
    memberTo[members++] = to;
    return true;
  }

  private boolean isSameKey(int other, int from, int equals) {
    int length = equals - from + 1; // with the sign
    return other + length <= from
        && Arrays.equals(header, other, other + length, header, from, from + length);
  }

  private boolean isKey(int from, int to) {
    int at = indexOf('@', from, to);
    if (at == to) {
      return isKey(LETTER, from, to, MAX_KEY);
    }
    return isKey(LETTER | DIGIT, from, at, MAX_TENANT) && isKey(LETTER, at + 1, to, MAX_SYSTEM);
  }

  private boolean isKey(int first, int from, int to, int max) {
    return to > from && to - from <= max && is(first, header[from]) && areAll(KEY, from, to);
  }

  /** Its last character is not blank: the member was trimmed. */
  private boolean isValue(int from, int to) {
    return to > from && to - from <= MAX_VALUE && areAll(VALUE, from, to);
  }

  private boolean readOt(int from, int to) {
    int start = from;
    while (start <= to) {
      int end = indexOf(';', start, to);
      int colon = indexOf(':', start, end);
      if (colon == end
          || colon == start
          || !is(LETTER, header[start])
          || !areAll(LETTER | DIGIT, start, colon)
          || !areAll(SUB_VALUE, colon + 1, end)
          || !readSub(start, colon, end)) {
        return false;
      }
      start = end + 1;
    }
    return true;
  }

  private boolean readSub(int from, int colon, int to) {
    if (colon - from == 2 && header[from] == 'r' && header[from + 1] == 'v') {
      boolean whole = to - colon - 1 == ConsistentSampling.DIGITS;
      boolean first = randomness == NONE;
      randomness = ConsistentSampling.parse(header, colon + 1, to);
      return whole && first && randomness >= 0;
    }
    if (colon - from == 2 && header[from] == 't' && header[from + 1] == 'h') {
      boolean first = threshold == NONE;
      threshold = ConsistentSampling.parse(header, colon + 1, to);
      return first && threshold >= 0;
    }
    subFrom[subs] = from;
    subTo[subs++] = to;
    return true;
  }

  private int indexOf(char c, int from, int to) {
    for (int i = from; i < to; i++) {
      if (header[i] == c) {
        return i;
      }
    }
    return to;
  }

  private boolean areAll(int kinds, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!is(kinds, header[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean is(int kinds, byte c) {
    return c >= 0 && (KINDS[c] & kinds) != 0;
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }
}
