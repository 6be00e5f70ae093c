package io.tailrace.policies.adaptive;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Learns the traffic of each key, interval by interval of log time, and gives each key its
 * probability. Intervals are aligned to the epoch; those without any trace are skipped. The number
 * of keys is bounded: the most frequent remain, and all others are treated as one, so that a flood
 * of new keys takes the part of one key. Mutable, not thread-safe.
 */
public final class KeyTraffic {
  private static final long NONE = Long.MIN_VALUE;

  /** New keys that one interval can add, as a multiple of the keys that remain after it. */
  private static final int NEW_KEYS = 2;

  private final Learning learning;
  private KeyIndex index = new KeyIndex();

  /** For each key, the traffic of each remembered interval, or one moving average. */
  private float[] spans = {};

  private float[] traces = {};
  private int[] newSpans = {};
  private int[] newTraces = {};
  private double[] probabilities = {};
  private int known;

  /** Traffic of keys without a probability of their own. */
  private float[] otherSpans;

  private float[] otherTraces;
  private int newOtherSpans;
  private int newOtherTraces;
  private long interval = NONE;
  private double forOthers;

  public KeyTraffic(Learning learning) {
    this.learning = learning;
    this.forOthers = learning.initialProbability();
    this.otherSpans = new float[learning.blocks()];
    this.otherTraces = new float[learning.blocks()];
  }

  /**
   * Counts a trace.
   *
   * @param key hash of its fingerprint
   * @param spanCount number of its spans, above 0
   */
  public void learn(long key, int spanCount, long logTimeMillis) {
    advance(logTimeMillis);
    int number = index.find(key);
    if (number < 0 || number >= known) {
      newOtherSpans = sum(newOtherSpans, spanCount);
      newOtherTraces++;
    }
    if (number < 0) {
      if (index.size() >= known + NEW_KEYS * learning.maxKeys()) {
        return;
      }
      number = index.add(key);
      makeRoom(index.size());
    }
    newSpans[number] = sum(newSpans[number], spanCount);
    newTraces[number]++;
  }

  private static int sum(int one, int other) {
    return (int) Math.min(Integer.MAX_VALUE, (long) one + other);
  }

  /**
   * Returns the probability that a key deserves, in (0, 1]. Before anything is learnt, {@link
   * Learning#initialProbability}.
   */
  public double probability(long key, long logTimeMillis) {
    advance(logTimeMillis);
    int number = index.find(key);
    return number >= 0 && number < known ? probabilities[number] : forOthers;
  }

  /** Returns the number of keys with a probability of their own. */
  public int keys() {
    return known;
  }

  /** Returns the probability of a key as of the last interval. */
  public double latestProbability(long key) {
    int number = index.find(key);
    return number >= 0 && number < known ? probabilities[number] : forOthers;
  }

  /** Returns the traffic of a key; 0 if it has no probability of its own. */
  public double spansPerSecond(long key) {
    int number = index.find(key);
    return number >= 0 && number < known ? sum(spans, number) / learning.learntSeconds() : 0;
  }

  /** Returns the traffic of all keys without a probability of their own. */
  public double otherSpansPerSecond() {
    return sum(otherSpans, 0) / learning.learntSeconds();
  }

  /** Returns the probability of those. */
  public double otherProbability() {
    return forOthers;
  }

  /** Returns the spans per second to keep of the learnt traffic. */
  public double goalPerSecond() {
    double all = sum(otherSpans, 0);
    for (int i = 0; i < known; i++) {
      all += sum(spans, i);
    }
    return learning.goal().spans(all, learning.learntSeconds()) / learning.learntSeconds();
  }

  /** Passes at most this many keys: those with most traffic, in descending order. */
  public void top(int max, KeyConsumer consumer) {
    if (max < 1) {
      return;
    }
    PriorityQueue<Long> top =
        new PriorityQueue<>(); // traffic in the upper, number in the lower half
    for (int i = 0; i < known; i++) {
      long entry = (long) Float.floatToIntBits((float) sum(spans, i)) << Integer.SIZE | i;
      if (top.size() == max && top.peek() < entry) {
        top.poll();
      }
      if (top.size() < max) {
        top.add(entry);
      }
    }
    Long[] entries = top.toArray(Long[]::new);
    Arrays.sort(entries, Comparator.reverseOrder());
    for (long entry : entries) {
      pass((int) entry, consumer);
    }
  }

  private void pass(int number, KeyConsumer consumer) {
    consumer.accept(
        index.key(number), sum(spans, number) / learning.learntSeconds(), probabilities[number]);
  }

  /** Passes the keys with a probability of their own. */
  public void forEach(KeyConsumer consumer) {
    for (int i = 0; i < known; i++) {
      pass(i, consumer);
    }
  }

  /** Receives a key, its spans per second, and its probability. */
  public interface KeyConsumer {
    void accept(long key, double spansPerSecond, double probability);
  }

  private void advance(long logTimeMillis) {
    long now = Math.floorDiv(logTimeMillis, learning.intervalMillis());
    if (interval == NONE) {
      interval = now;
    } else if (now > interval) {
      if (newOtherTraces > 0 || hasTraffic()) {
        fold();
      }
      interval = now;
    }
  }

  private boolean hasTraffic() {
    for (int i = 0; i < index.size(); i++) {
      if (newTraces[i] > 0) {
        return true;
      }
    }
    return false;
  }

  /** Ends an interval. */
  private void fold() {
    int blocks = learning.blocks();
    int size = index.size();
    double[] counts = new double[size];
    for (int i = 0; i < size; i++) {
      learning.fold(spans, i * blocks, newSpans[i]);
      learning.fold(traces, i * blocks, newTraces[i]);
      counts[i] = sum(spans, i);
    }
    boolean knewSome = known > 0; // else all keys were unknown and say nothing of new ones
    learning.fold(otherSpans, 0, knewSome ? newOtherSpans : 0);
    learning.fold(otherTraces, 0, knewSome ? newOtherTraces : 0);
    newOtherSpans = 0;
    newOtherTraces = 0;
    keep(
        IntStream.range(0, size)
            .filter(i -> counts[i] >= learning.leastTraffic())
            .boxed()
            .sorted(
                (a, b) ->
                    counts[a] == counts[b]
                        ? Long.compare(index.key(a), index.key(b))
                        : Double.compare(counts[b], counts[a]))
            .limit(learning.maxKeys())
            .mapToInt(i -> i)
            .toArray());
    allocate();
  }

  private void keep(int[] numbers) {
    int blocks = learning.blocks();
    KeyIndex kept = new KeyIndex();
    float[] keptSpans = new float[numbers.length * blocks];
    float[] keptTraces = new float[numbers.length * blocks];
    for (int number : numbers) {
      int to = kept.add(index.key(number)) * blocks;
      System.arraycopy(spans, number * blocks, keptSpans, to, blocks);
      System.arraycopy(traces, number * blocks, keptTraces, to, blocks);
    }
    index = kept;
    spans = keptSpans;
    traces = keptTraces;
    newSpans = new int[numbers.length];
    newTraces = new int[numbers.length];
    known = numbers.length;
  }

  private void allocate() {
    double otherCount = sum(otherSpans, 0);
    boolean hasOthers = otherCount >= learning.leastTraffic();
    double[] counts = new double[hasOthers ? known + 1 : known];
    double[] traceCounts = new double[counts.length];
    for (int i = 0; i < known; i++) {
      counts[i] = sum(spans, i);
      traceCounts[i] = sum(traces, i);
    }
    if (hasOthers) {
      counts[known] = otherCount;
      traceCounts[known] = sum(otherTraces, 0);
    }
    probabilities = learning.probabilities(counts, traceCounts);
    forOthers =
        hasOthers
            ? probabilities[known]
            : Arrays.stream(probabilities).max().orElse(learning.initialProbability());
  }

  private double sum(float[] of, int number) {
    double sum = 0;
    for (int i = 0; i < learning.blocks(); i++) {
      sum += of[number * learning.blocks() + i];
    }
    return sum;
  }

  private void makeRoom(int size) {
    if (newSpans.length < size) {
      int capacity = Math.max(16, 2 * newSpans.length);
      newSpans = Arrays.copyOf(newSpans, capacity);
      newTraces = Arrays.copyOf(newTraces, capacity);
      spans = Arrays.copyOf(spans, capacity * learning.blocks());
      traces = Arrays.copyOf(traces, capacity * learning.blocks());
    }
  }

  /** Returns the state, for {@link #restore}. */
  public byte[] save() {
    int blocks = learning.blocks();
    int size = index.size();
    int row = 2 * Integer.BYTES + 2 * blocks * Float.BYTES;
    ByteBuffer out =
        ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + row + size * (Long.BYTES + row));
    out.putLong(interval).putInt(known).putInt(size);
    out.putInt(newOtherSpans).putInt(newOtherTraces);
    write(otherSpans, otherTraces, 0, out);
    for (int i = 0; i < size; i++) {
      out.putLong(index.key(i)).putInt(newSpans[i]).putInt(newTraces[i]);
      write(spans, traces, i, out);
    }
    return out.array();
  }

  private void write(float[] ofSpans, float[] ofTraces, int number, ByteBuffer out) {
    int blocks = learning.blocks();
    for (int block = number * blocks; block < (number + 1) * blocks; block++) {
      out.putFloat(ofSpans[block]).putFloat(ofTraces[block]);
    }
  }

  /** Restores the state of another object with the same {@link Learning#traits}. */
  public void restore(ByteBuffer in) {
    interval = in.getLong();
    known = in.getInt();
    int size = in.getInt();
    newOtherSpans = in.getInt();
    newOtherTraces = in.getInt();
    read(otherSpans, otherTraces, 0, in);
    index = new KeyIndex();
    for (int i = 0; i < size; i++) {
      index.add(in.getLong());
      makeRoom(index.size());
      newSpans[i] = in.getInt();
      newTraces[i] = in.getInt();
      read(spans, traces, i, in);
    }
    if (known > 0) {
      allocate();
    }
  }

  private void read(float[] ofSpans, float[] ofTraces, int number, ByteBuffer in) {
    int blocks = learning.blocks();
    for (int block = number * blocks; block < (number + 1) * blocks; block++) {
      ofSpans[block] = in.getFloat();
      ofTraces[block] = in.getFloat();
    }
  }
}
