package io.tailrace.topology.sampling;

import io.tailrace.policies.fingerprint.ValueNames;

/**
 * Bounded dictionary from the hash of a fingerprint to its text. Adds few texts at a time, so that
 * a flood of new keys costs little; frequent keys are met again. Not thread-safe.
 */
final class KeyNames {
  private static final int GENERATION = 1_000;
  private static final int NEW_AT_A_TIME = 200;

  private final ValueNames texts = ValueNames.bounded(GENERATION);
  private int room = NEW_AT_A_TIME;

  /** Adds the fingerprints of a decided trace, if there is room. */
  void meet(OpenTrace trace, int fingerprints, ValueNames values) {
    for (int i = 0; i < fingerprints; i++) {
      long hash = trace.fingerprint(i);
      if (!texts.meet(hash) && room > 0) {
        room--;
        texts.put(hash, trace.fingerprintText(i, values));
      }
    }
  }

  /** Makes room for new texts. */
  void makeRoom() {
    room = NEW_AT_A_TIME;
  }

  /** Returns the text of a fingerprint, or its hash. */
  String text(long hash) {
    return texts.text(hash);
  }
}
