package io.tailrace.policies.fingerprint;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Bounded dictionary from the hash of a value to its text, for people. Drops values that were not
 * met for long. One thread at a time writes; any thread reads.
 */
public final class ValueNames {
  /** Entries of each of the two generations of {@link #bounded}. */
  static final int MOST = 5_000;

  /** Longest text of {@link #bounded} in chars. */
  static final int LONGEST = 200;

  private final int mostPerGeneration;
  private final int longest;
  private volatile Generation current = new Generation();
  private volatile Generation previous = new Generation();

  private ValueNames(int mostPerGeneration, int longest) {
    this.mostPerGeneration = mostPerGeneration;
    this.longest = longest;
  }

  /**
   * Returns a dictionary of at most 10,000 texts of at most 200 chars each; longer ones are cut.
   */
  public static ValueNames bounded() {
    return new ValueNames(MOST, LONGEST);
  }

  /**
   * Returns a dictionary of at most twice as many texts of at most 200 chars each; longer ones are
   * cut.
   *
   * @param mostPerGeneration number of texts that always remain after they were met, above 0
   */
  public static ValueNames bounded(int mostPerGeneration) {
    return new ValueNames(mostPerGeneration, LONGEST);
  }

  /** Returns a dictionary without limits. */
  public static ValueNames exact() {
    return new ValueNames(Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** Returns whether the text of this value is known, and marks the value as met. */
  public boolean meet(long hash) {
    if (current.get(hash) != null) {
      return true;
    }
    String text = previous.get(hash);
    if (text != null) {
      add(hash, text);
    }
    return text != null;
  }

  /** Adds a value that {@link #meet} does not know. */
  public void put(long hash, String text) {
    add(hash, text.length() > longest ? cut(text) : text);
  }

  /** Forgets all values. */
  public void clear() {
    previous = new Generation();
    current = new Generation();
  }

  /** Returns the text of a value, or its hash as 16 hexadecimal digits. */
  public String text(long hash) {
    String text = current.get(hash);
    if (text == null) {
      text = previous.get(hash);
    }
    return text == null ? ValueHash.hex(hash) : text;
  }

  private void add(long hash, String text) {
    if (current.size >= mostPerGeneration) {
      previous = current;
      current = new Generation();
    }
    current.add(new Name(hash, text));
  }

  private String cut(String text) {
    int end = longest - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }

  private record Name(long hash, String text) {}

  /** Hash table with open addressing. Entries are never removed. */
  private static final class Generation {
    private static final int INITIAL = 64; // a power of two, like all sizes

    private volatile AtomicReferenceArray<@Nullable Name> slots =
        new AtomicReferenceArray<>(INITIAL);
    private int size;

    @Nullable String get(long hash) {
      AtomicReferenceArray<@Nullable Name> in = slots;
      for (int i = place(hash, in); ; i = (i + 1) & (in.length() - 1)) {
        Name name = in.get(i);
        if (name == null || name.hash == hash) {
          return name == null ? null : name.text;
        }
      }
    }

    void add(Name name) {
      if (size * 2 >= slots.length()) {
        grow();
      }
      put(name, slots);
      size++;
    }

    private void grow() {
      AtomicReferenceArray<@Nullable Name> larger = new AtomicReferenceArray<>(slots.length() * 2);
      for (int i = 0; i < slots.length(); i++) {
        Name name = slots.get(i);
        if (name != null) {
          put(name, larger);
        }
      }
      slots = larger;
    }

    private static void put(Name name, AtomicReferenceArray<@Nullable Name> into) {
      int i = place(name.hash, into);
      while (into.get(i) != null) {
        i = (i + 1) & (into.length() - 1);
      }
      into.set(i, name);
    }

    private static int place(long hash, AtomicReferenceArray<?> in) {
      return (int) hash & (in.length() - 1);
    }
  }
}
