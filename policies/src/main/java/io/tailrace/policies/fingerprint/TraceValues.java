package io.tailrace.policies.fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Distinct values of one trace for the selectors of {@link Fingerprints}, as hashes. The order in
 * which values are added has no effect. Takes 8 bytes per value and at most {@link #MOST} values
 * per selector; a selector with more counts as {@link Fingerprint#MANY}. Not thread-safe.
 */
public final class TraceValues {
  /** Most distinct values of a selector that a fingerprint tells apart. */
  public static final int MOST = 16;

  private static final long MISSING = ValueHash.joined(ValueHash.of(Fingerprint.MISSING));
  private static final long MANY = ValueHash.joined(ValueHash.of(Fingerprint.MANY));
  private static final int TOO_MANY = 0xff; // in place of a number of values
  private static final int GROWTH = 4;

  private final Fingerprints of;

  /** Number of values of each selector, in a byte; then the values by selector, ascending. */
  private long[] cells;

  private int used;

  /** Null unless a selector needs it. */
  private @Nullable ShapeSpans shape;

  public TraceValues(Fingerprints of) {
    this.of = of;
    this.used = (of.selectors().size() + Long.BYTES - 1) / Long.BYTES;
    this.cells = new long[used + GROWTH];
  }

  /**
   * Adds a value.
   *
   * @param selector index in {@link Fingerprints#selectors}
   * @param hash {@link ValueHash} of the text of the value
   */
  public void add(int selector, long hash) {
    int count = count(selector);
    if (count == TOO_MANY) {
      return;
    }
    int from = start(selector);
    int at = from;
    while (at < from + count && cells[at] < hash) {
      at++;
    }
    if (at < from + count && cells[at] == hash) {
      return;
    }
    if (count == MOST) {
      System.arraycopy(cells, from + count, cells, from, used - from - count);
      used -= count;
      setCount(selector, TOO_MANY);
      return;
    }
    if (used == cells.length) {
      cells = Arrays.copyOf(cells, used + GROWTH);
    }
    System.arraycopy(cells, at, cells, at + 1, used - at);
    cells[at] = hash;
    used++;
    setCount(selector, count + 1);
  }

  /**
   * Adds a span for {@code trace.shape}.
   *
   * @param id hash of its ID
   * @param parent hash of the ID of its parent; ignored for a span without parent
   * @param service hash of the name of its service
   * @param name hash of its name
   */
  public void addSpan(long id, long parent, boolean hasParent, long service, long name) {
    if (shape == null) {
      shape = new ShapeSpans();
    }
    shape.add(id, hasParent ? parent : ShapeSpans.NO_PARENT, service, name);
  }

  /**
   * Returns the hash of a fingerprint: the same for equal sets of values of each selector.
   *
   * @param index index in {@link Fingerprints#all}
   */
  public long fingerprint(int index) {
    long joined = ValueHash.START;
    for (int selector : of.selectorsOf(index)) {
      joined = ValueHash.joined(joined, hash(selector));
    }
    return joined;
  }

  private long hash(int selector) {
    if (of.isShape(selector)) {
      return shape == null ? MISSING : shape.isTooMany() ? MANY : ValueHash.joined(shape.hash());
    }
    int count = count(selector);
    if (count == 0) {
      return MISSING;
    }
    int from = start(selector);
    return count == TOO_MANY ? MANY : ValueHash.joined(cells, from, from + count);
  }

  /**
   * Returns the text of a fingerprint.
   *
   * @param names returns the text of a value by its hash
   */
  public String text(int index, LongFunction<String> names) {
    List<String> texts = new ArrayList<>();
    for (int selector : of.selectorsOf(index)) {
      texts.add(selectorText(selector, names));
    }
    return Fingerprint.joinedSelectors(texts);
  }

  private String selectorText(int selector, LongFunction<String> names) {
    if (of.isShape(selector)) {
      return shape == null
          ? Fingerprint.MISSING
          : shape.isTooMany() ? Fingerprint.MANY : ValueHash.hex(shape.hash());
    }
    int count = count(selector);
    if (count == TOO_MANY) {
      return Fingerprint.MANY;
    }
    int from = start(selector);
    return Fingerprint.joinedValues(
        Arrays.stream(cells, from, from + count).mapToObj(names).toList());
  }

  private int start(int selector) {
    int at = (of.selectors().size() + Long.BYTES - 1) / Long.BYTES;
    for (int before = 0; before < selector; before++) {
      int count = count(before);
      at += count == TOO_MANY ? 0 : count;
    }
    return at;
  }

  private int count(int selector) {
    return (int) (cells[selector / Long.BYTES] >>> shift(selector)) & 0xff;
  }

  private void setCount(int selector, int count) {
    long others = cells[selector / Long.BYTES] & ~(0xffL << shift(selector));
    cells[selector / Long.BYTES] = others | (long) count << shift(selector);
  }

  private static int shift(int selector) {
    return selector % Long.BYTES * Byte.SIZE;
  }
}
