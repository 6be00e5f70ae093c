package io.tailrace.topology.sampling;

import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.signals.Signals;
import io.tailrace.topology.wire.SelectorPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signals and fingerprints of a policy set in the form for the wire scan. The number identifies the
 * set of signals and fingerprints that a summary was gathered for.
 */
public final class SignalLayout {
  /** Number without a layout. */
  static final int NONE = -1;

  final int number;
  final Signals signals;

  /** Null if the set has no fingerprints. */
  final @Nullable SelectorPlan selectors;

  /** Condition that root spans meet; null if they are those without parent. */
  final @Nullable SpanConditions rootCondition;

  private final byte[][] keys;
  private final int keysOfSignals;
  private final int[][] keysByLength;

  public SignalLayout(int number, Signals signals) {
    this.number = number;
    this.signals = signals;
    this.rootCondition = signals.rootCondition().orElse(null);
    List<String> names = new ArrayList<>(signals.attributeKeys());
    if (signals.fingerprints().isEmpty()) {
      selectors = null;
    } else {
      Set<String> more = SelectorPlan.keysOf(signals.fingerprints());
      more.stream().filter(key -> !names.contains(key)).forEach(names::add);
      selectors = new SelectorPlan(signals.fingerprints(), names);
    }
    keysOfSignals = signals.attributeKeys().size();
    keys = new byte[names.size()][];
    int longest = 0;
    for (int i = 0; i < keys.length; i++) {
      keys[i] = names.get(i).getBytes(StandardCharsets.UTF_8);
      longest = Math.max(longest, keys[i].length);
    }
    keysByLength = new int[longest + 1][];
    Arrays.fill(keysByLength, new int[0]);
    for (int i = 0; i < keys.length; i++) {
      int[] same = keysByLength[keys[i].length];
      int[] more = Arrays.copyOf(same, same.length + 1);
      more[same.length] = i;
      keysByLength[keys[i].length] = more;
    }
  }

  /**
   * Returns the layout for the next policy set. Keeps the number if the set has the same signals.
   * Uses the signals of the next set in any case, so that their evaluation counts for its policies.
   */
  SignalLayout next(Signals wanted) {
    return new SignalLayout(wanted.equals(signals) ? number : number + 1, wanted);
  }

  int words() {
    return signals.words();
  }

  /** Whether the scan finds all signals without extra work. */
  boolean needsNoListener() {
    return !wantsAttributes() && !signals.needsTraceState() && !signals.needsFlags();
  }

  boolean wantsAttributes() {
    return keys.length > 0;
  }

  boolean wantsScopes() {
    return selectors != null && selectors.wantsScopes();
  }

  /** Number of wanted attribute keys: those of the signals, then further ones of fingerprints. */
  int keyCount() {
    return keys.length;
  }

  boolean isOfSignals(int key) {
    return key < keysOfSignals;
  }

  /** Index of the wanted attribute key in these UTF-8 bytes, or -1. */
  int key(byte[] buffer, int offset, int length) {
    if (length >= keysByLength.length) {
      return NONE;
    }
    for (int candidate : keysByLength[length]) {
      if (isSame(keys[candidate], buffer, offset, length)) {
        return candidate;
      }
    }
    return NONE;
  }

  /**
   * Compares the last byte first, as keys of the same length mostly differ there and most keys are
   * not wanted.
   */
  private static boolean isSame(byte[] key, byte[] buffer, int offset, int length) {
    return (length == 0 || key[length - 1] == buffer[offset + length - 1])
        && Arrays.equals(key, 0, length, buffer, offset, offset + length);
  }
}
