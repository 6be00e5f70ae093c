package io.tailrace.serdes;

import java.util.Arrays;

/** The spans of one record as parallel arrays. Reused for every record. */
final class SpanTable {
  private static final int INITIAL = 256;

  int size;
  int[] scope = new int[INITIAL];
  int[] fieldStart = new int[INITIAL]; // offset of the span's tag in the record
  int[] fieldEnd = new int[INITIAL];
  int[] attributesStart = new int[INITIAL]; // after the tag of the first; 0 if there is none
  int[] attributesEnd = new int[INITIAL];
  int[] stateStart = new int[INITIAL]; // of the trace state's value
  int[] stateEnd = new int[INITIAL]; // equal to the start if there is none
  int[] idStart = new int[INITIAL];
  int[] idLength = new int[INITIAL];
  int[] nameStart = new int[INITIAL];
  int[] nameLength = new int[INITIAL];
  long[] traceHigh = new long[INITIAL];
  long[] traceLow = new long[INITIAL];
  int[] traceIdLength = new int[INITIAL];
  long[] startNanos = new long[INITIAL];
  long[] endNanos = new long[INITIAL];
  byte[] status = new byte[INITIAL];
  byte[] kind = new byte[INITIAL];
  boolean[] root = new boolean[INITIAL];
  int[] next = new int[INITIAL]; // next span of the same trace, or -1

  int add(int scopeIndex, int start) {
    if (size == scope.length) {
      grow();
    }
    int span = size++;
    scope[span] = scopeIndex;
    fieldStart[span] = start;
    attributesStart[span] = 0;
    attributesEnd[span] = 0;
    stateStart[span] = 0;
    stateEnd[span] = 0;
    idStart[span] = 0;
    idLength[span] = 0;
    nameStart[span] = 0;
    nameLength[span] = 0;
    traceHigh[span] = 0;
    traceLow[span] = 0;
    traceIdLength[span] = 0;
    startNanos[span] = 0;
    endNanos[span] = 0;
    status[span] = 0;
    kind[span] = 0;
    root[span] = true;
    next[span] = -1;
    return span;
  }

  /** Records an attribute whose tag ends at this offset. */
  void attribute(int span, int afterTag) {
    if (attributesStart[span] == 0) {
      attributesStart[span] = afterTag;
    }
  }

  private void grow() {
    int capacity = size * 2;
    scope = Arrays.copyOf(scope, capacity);
    fieldStart = Arrays.copyOf(fieldStart, capacity);
    fieldEnd = Arrays.copyOf(fieldEnd, capacity);
    attributesStart = Arrays.copyOf(attributesStart, capacity);
    attributesEnd = Arrays.copyOf(attributesEnd, capacity);
    stateStart = Arrays.copyOf(stateStart, capacity);
    stateEnd = Arrays.copyOf(stateEnd, capacity);
    idStart = Arrays.copyOf(idStart, capacity);
    idLength = Arrays.copyOf(idLength, capacity);
    nameStart = Arrays.copyOf(nameStart, capacity);
    nameLength = Arrays.copyOf(nameLength, capacity);
    traceHigh = Arrays.copyOf(traceHigh, capacity);
    traceLow = Arrays.copyOf(traceLow, capacity);
    traceIdLength = Arrays.copyOf(traceIdLength, capacity);
    startNanos = Arrays.copyOf(startNanos, capacity);
    endNanos = Arrays.copyOf(endNanos, capacity);
    status = Arrays.copyOf(status, capacity);
    kind = Arrays.copyOf(kind, capacity);
    root = Arrays.copyOf(root, capacity);
    next = Arrays.copyOf(next, capacity);
  }
}
