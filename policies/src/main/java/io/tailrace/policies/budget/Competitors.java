package io.tailrace.policies.budget;

import java.util.Arrays;

/**
 * Traces of one slot that compete for the tokens of a budget. A trace of weight w and randomness R
 * has the priority {@code w / u} with {@code u = 1 - R / 2^56}; the highest priorities win. Source:
 * Duffield, Lund, Thorup: "Priority sampling for estimation of arbitrary subset sums", 2007. Reused
 * from slot to slot. Not thread-safe.
 */
final class Competitors {
  private double[] priorities = new double[64];
  private double[] costs = new double[64];
  private int[] heap = {};
  private int size;
  private double spent;
  private double tau;
  private double needed;

  void clear() {
    size = 0;
    spent = 0;
    tau = 0;
  }

  /**
   * Adds a trace.
   *
   * @param randomness 0..2^56-1
   * @param weight probability of the trace relative to others, above 0
   * @param cost tokens that it costs, at least 0
   */
  void add(long randomness, double weight, double cost) {
    if (size == priorities.length) {
      priorities = Arrays.copyOf(priorities, size * 2);
      costs = Arrays.copyOf(costs, size * 2);
    }
    priorities[size] = weight * Thresholds.NEVER / (Thresholds.NEVER - randomness);
    costs[size] = cost;
    size++;
  }

  /** Adds the traces of another competition. */
  void addAll(Competitors other) {
    if (priorities.length < size + other.size) {
      priorities = Arrays.copyOf(priorities, 2 * (size + other.size));
      costs = Arrays.copyOf(costs, priorities.length);
    }
    System.arraycopy(other.priorities, 0, priorities, size, other.size);
    System.arraycopy(other.costs, 0, costs, size, other.size);
    size += other.size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Selects the traces that win, in descending order of priority. Traces of equal priority win or
   * lose together.
   *
   * @param tokens tokens to spend
   * @param strict whether the first traces that cost more than what is left end the selection;
   *     otherwise the last ones to win can cost more
   */
  void select(double tokens, boolean strict) {
    heapify();
    spent = 0;
    tau = 0;
    int left = size;
    while (left > 0) {
      double priority = priorities[heap[0]];
      double cost = 0;
      int rest = left;
      while (rest > 0 && priorities[heap[0]] == priority) {
        cost += costs[heap[0]];
        removeFirst(--rest);
      }
      if (strict ? spent + cost > tokens : spent >= tokens) {
        tau = priority;
        needed = cost;
        return;
      }
      spent += cost;
      left = rest;
    }
  }

  /** Returns what the selected traces cost. */
  double spent() {
    return spent;
  }

  /** Returns the priority of the first trace that was not selected; 0 if all were. */
  double tau() {
    return tau;
  }

  /** Returns what the first traces cost that were not selected, those of one priority. */
  double needed() {
    return needed;
  }

  private void heapify() {
    if (heap.length < size) {
      heap = new int[priorities.length];
    }
    for (int i = 0; i < size; i++) {
      heap[i] = i;
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i, size);
    }
  }

  private void removeFirst(int newSize) {
    heap[0] = heap[newSize];
    sink(0, newSize);
  }

  private void sink(int from, int heapSize) {
    int place = from;
    int moved = heap[place];
    while (2 * place + 1 < heapSize) {
      int child = 2 * place + 1;
      if (child + 1 < heapSize && priorities[heap[child + 1]] > priorities[heap[child]]) {
        child++;
      }
      if (priorities[heap[child]] <= priorities[moved]) {
        break;
      }
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = moved;
  }
}
