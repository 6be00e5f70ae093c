package io.tailrace.policies.signals;

import java.util.ArrayList;
import java.util.List;

/** The signals of one type with their bits. */
final class Indexed<S extends Signal> {
  private final List<S> signals = new ArrayList<>();
  private final List<Integer> bits = new ArrayList<>();

  static <S extends Signal> Indexed<S> of(List<Signal> all, Class<S> type) {
    Indexed<S> indexed = new Indexed<>();
    for (int bit = 0; bit < all.size(); bit++) {
      if (type.isInstance(all.get(bit))) {
        indexed.signals.add(type.cast(all.get(bit)));
        indexed.bits.add(bit);
      }
    }
    return indexed;
  }

  int size() {
    return signals.size();
  }

  boolean isEmpty() {
    return signals.isEmpty();
  }

  S signal(int i) {
    return signals.get(i);
  }

  int bit(int i) {
    return bits.get(i);
  }
}
