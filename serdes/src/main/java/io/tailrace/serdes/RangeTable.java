package io.tailrace.serdes;

import java.util.Arrays;

/** Positions of nested messages (resources, scopes) with the index of the parent. Reusable. */
final class RangeTable {
  int size;
  int[] parent = new int[16];
  int[] fieldStart = new int[16]; // offset of the tag
  int[] start = new int[16]; // offset of the body
  int[] end = new int[16];

  int add(int parentIndex, int tagAt, int from, int to) {
    if (size == start.length) {
      parent = Arrays.copyOf(parent, size * 2);
      fieldStart = Arrays.copyOf(fieldStart, size * 2);
      start = Arrays.copyOf(start, size * 2);
      end = Arrays.copyOf(end, size * 2);
    }
    parent[size] = parentIndex;
    fieldStart[size] = tagAt;
    start[size] = from;
    end[size] = to;
    return size++;
  }
}
