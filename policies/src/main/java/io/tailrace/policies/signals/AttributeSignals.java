package io.tailrace.policies.signals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Attribute signals by key. Stored in arrays because every attribute of every span is tested. */
final class AttributeSignals {
  private final List<String> keys;
  private final AttributeTest[][] tests;
  private final int[][] bits;

  AttributeSignals(Indexed<Signal.Attribute> signals) {
    Map<String, List<Integer>> byKey = new LinkedHashMap<>();
    for (int i = 0; i < signals.size(); i++) {
      byKey.computeIfAbsent(signals.signal(i).key(), unseen -> new ArrayList<>()).add(i);
    }
    this.keys = List.copyOf(byKey.keySet());
    this.tests = new AttributeTest[keys.size()][];
    this.bits = new int[keys.size()][];
    int k = 0;
    for (List<Integer> ofKey : byKey.values()) {
      tests[k] = ofKey.stream().map(i -> signals.signal(i).test()).toArray(AttributeTest[]::new);
      bits[k] = ofKey.stream().mapToInt(signals::bit).toArray();
      k++;
    }
  }

  List<String> keys() {
    return keys;
  }

  void test(int keyIndex, AttributeValue value, long[] raised) {
    AttributeTest[] ofKey = tests[keyIndex];
    for (int i = 0; i < ofKey.length; i++) {
      int bit = bits[keyIndex][i];
      if (!Signals.isRaised(bit, raised) && ofKey[i].matches(value)) {
        Signals.raise(bit, raised);
      }
    }
  }
}
