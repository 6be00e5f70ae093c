package io.tailrace.serdes;

import java.util.Arrays;

/**
 * Reads a W3C {@code tracestate} header and the sampling values of its {@code ot} member. Sources:
 * W3C Trace Context, section 3.3; OpenTelemetry specification, "TraceState Handling" and
 * "TraceState: Probability Sampling". Reusable; not thread-safe.
 */
public final class TraceStateReader {
  /** Represents an absent value. */
  public static final long NONE = -1;

  static final int MAX_MEMBERS = 32;
  static final int MAX_VALUE = 256;
  private static final int MAX_KEY = 256;
  private static final int MAX_TENANT = 241;
  private static final int MAX_SYSTEM = 14;
  private static final int OT_MEMBER = 3; // characters of ot=

  // Character classes, as bits.
  private static final int LETTER = 1;
  private static final int DIGIT = 2;
  private static final int KEY = 4;
  private static final int VALUE = 8;
  private static final int SUB_VALUE = 16;
  private static final int[] CLASSES = classes();

  /** Ranges of the members in the header, without {@code ot} and empty ones. */
  final int[] memberFrom = new int[MAX_MEMBERS];

  final int[] memberTo = new int[MAX_MEMBERS];
  int members;

  boolean hasOt;

  /** Ranges of the entries of {@code ot} other than {@code rv} and {@code th}. */
  final int[] entryFrom = new int[MAX_VALUE];

  final int[] entryTo = new int[MAX_VALUE];
  int entries;

  private long randomness;
  private long threshold;
  private byte[] header = {};

  private static int[] classes() {
    int[] classes = new int[Byte.MAX_VALUE + 1];
    for (char c = 'a'; c <= 'z'; c++) {
      classes[c] = LETTER | KEY | SUB_VALUE;
    }
    for (char c = '0'; c <= '9'; c++) {
      classes[c] = DIGIT | KEY | SUB_VALUE;
    }
    for (char c = 'A'; c <= 'Z'; c++) {
      classes[c] = SUB_VALUE;
    }
    for (char c : "_-*/".toCharArray()) {
      classes[c] |= KEY;
    }
    for (char c : "._-".toCharArray()) {
      classes[c] |= SUB_VALUE;
    }
    for (char c = ' '; c <= '~'; c++) {
      classes[c] |= c == ',' || c == '=' ? 0 : VALUE;
    }
    return classes;
  }

  /** Returns the randomness {@code rv}, 0 to 2^56 - 1, or {@link #NONE}. */
  public long randomness() {
    return randomness;
  }

  /** Returns the threshold {@code th}, 0 to 2^56 - 1, or {@link #NONE}. */
  public long threshold() {
    return threshold;
  }

  /** Returns false if a header has no {@code ot} member. Most headers need no more than this. */
  static boolean mayHaveOt(byte[] header, int from, int to) {
    for (int i = from; i + OT_MEMBER <= to; i++) {
      if (header[i + 2] == '=' && header[i] == 'o' && header[i + 1] == 't') {
        return true;
      }
    }
    return false;
  }

  /** Starts with an empty header. */
  void clear() {
    members = 0;
    entries = 0;
    hasOt = false;
    randomness = NONE;
    threshold = NONE;
  }

  /**
   * Reads a header.
   *
   * @return whether the header is well-formed, including its {@code ot} member. If not, no field is
   *     valid.
   */
  boolean read(byte[] source, int from, int to) {
    clear();
    header = source;
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
    int length = equals - from + 1; // including the equals sign
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

  /** Checks a value. Its last character is not blank, since members are trimmed. */
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
          || !readEntry(start, colon, end)) {
        return false;
      }
      start = end + 1;
    }
    return true;
  }

  private boolean readEntry(int from, int colon, int to) {
    if (isEntry(from, colon, 'r', 'v')) {
      boolean first = randomness == NONE;
      boolean whole = to - colon - 1 == ConsistentSampling.DIGITS;
      randomness = ConsistentSampling.parse(header, colon + 1, to);
      return whole && first && randomness >= 0;
    }
    if (isEntry(from, colon, 't', 'h')) {
      boolean first = threshold == NONE;
      threshold = ConsistentSampling.parse(header, colon + 1, to);
      return first && threshold >= 0;
    }
    entryFrom[entries] = from;
    entryTo[entries++] = to;
    return true;
  }

  private boolean isEntry(int from, int colon, char first, char second) {
    return colon - from == 2 && header[from] == first && header[from + 1] == second;
  }

  private int indexOf(char c, int from, int to) {
    for (int i = from; i < to; i++) {
      if (header[i] == c) {
        return i;
      }
    }
    return to;
  }

  private boolean areAll(int classes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!is(classes, header[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean is(int classes, byte c) {
    return c >= 0 && (CLASSES[c] & classes) != 0;
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }
}
