package io.tailrace.topology.sampling;

import io.tailrace.policies.Signals;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The signals of a policy set in the form that the wire walk needs. The number tells summaries that
 * were gathered for one set of signals from those gathered for another.
 */
public final class SignalLayout {
  /** Number of no layout. */
  static final int NONE = -1;

  final int number;
  final Signals signals;
  private final byte[][] keys;
  private final int[][] keysByLength;

  public SignalLayout(int number, Signals signals) {
    this.number = number;
    this.signals = signals;
    List<String> names = signals.attributeKeys();
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
   * The layout for the next policy set: of the same number, if it wants the same signals. It takes
   * those of the next set all the same, so that their evaluation counts for its policies.
   */
  SignalLayout next(Signals wanted) {
    return new SignalLayout(wanted.equals(signals) ? number : number + 1, wanted);
  }

  int words() {
    return signals.words();
  }

  /** Whether no signal needs more than the scan finds anyway. */
  boolean needsNoListener() {
    return !wantsAttributes() && !signals.needsTraceState() && !signals.needsFlags();
  }

  boolean wantsAttributes() {
    return keys.length > 0;
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

  /** Keys of a length mostly differ in their last byte, and most are none of ours. */
  private static boolean isSame(byte[] key, byte[] buffer, int offset, int length) {
    return (length == 0 || key[length - 1] == buffer[offset + length - 1])
        && Arrays.equals(key, 0, length, buffer, offset, offset + length);
  }
}
