package io.tailrace.policies.slo;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts good and bad traces of each key and tells which keys burn their error budget. Log time
 * passes in steps: a twelfth of the shortest window. Whether a key burns depends on the steps
 * before the current one, so it is the same for all traces of a step, in whatever order they come.
 *
 * <p>The number of keys is bounded; all others count as one. After a step that turned keys away,
 * those without traces and the rarest tenth leave, unless they burn or are held. A key takes about
 * 600 bytes with two pairs of windows. Mutable, not thread-safe.
 */
public final class BurnRates {
  private static final byte VERSION = 1;
  private static final long NONE = Long.MIN_VALUE;
  private static final int LEAVING_PART = 10;

  /** Burns that are remembered after they ended. */
  static final int MOST_ENDED = 20;

  private final BurnRules rules;
  private final long[] partMillis;
  private final long stepMillis;
  private final int longest;
  private final Map<Long, KeyState> keys = new TreeMap<>();
  private final KeyState others;
  private final Deque<Burn> ended = new ArrayDeque<>();

  /** Step of the last trace. */
  private long step = NONE;

  /** Whether the step after that of the last trace was evaluated. */
  private boolean isSettled;

  private boolean turnedAway;

  public BurnRates(BurnRules rules) {
    this.rules = rules;
    this.partMillis = rules.partMillis();
    this.stepMillis = Arrays.stream(partMillis).min().orElseThrow();
    int window = 0;
    for (int i = 0; i < partMillis.length; i++) {
      window = partMillis[i] > partMillis[window] ? i : window;
    }
    this.longest = window;
    this.others = new KeyState(partMillis.length);
  }

  /**
   * Counts a trace.
   *
   * @param logTimeMillis log time of its decision. A value lower than an earlier one counts as the
   *     earlier one
   */
  public void count(long key, boolean isBad, long logTimeMillis) {
    long at = at(logTimeMillis);
    settleBefore(at);
    if (step == NONE) {
      step = at;
    } else if (at > step) {
      if (at > step + 1) {
        evaluate(at);
      }
      moveTo(at);
    }
    KeyState state = known(key);
    for (int window = 0; window < partMillis.length; window++) {
      state.counts.add(window, part(window, step), isBad);
    }
  }

  private KeyState known(long key) {
    KeyState state = keys.get(key);
    if (state != null) {
      return state;
    } else if (keys.size() >= rules.maxKeys()) {
      turnedAway = true;
      return others;
    }
    KeyState added = new KeyState(partMillis.length);
    added.isNew = true;
    keys.put(key, added);
    return added;
  }

  /** Returns whether the key burns, or did within the hold. Counts nothing. */
  public boolean isKept(long key, long logTimeMillis) {
    if (step == NONE) {
      return false;
    }
    long at = at(logTimeMillis);
    settleBefore(at);
    KeyState state = state(key);
    boolean burns = at == evaluated() ? state.isBurning() : burns(state, at);
    return burns || state.isHeld(at * stepMillis, rules.holdMillis());
  }

  /** Returns the burn rate of a key: see {@link Burn#rate}. That of all others if it is unknown. */
  public double rate(long key, long logTimeMillis) {
    return step == NONE ? 0 : rate(shown(key), at(logTimeMillis));
  }

  private KeyState shown(long key) {
    KeyState own = keys.get(key);
    return own == null ? others : own;
  }

  /** Returns the state of a key; that of all others if it is unknown or new. */
  private KeyState state(long key) {
    KeyState own = keys.get(key);
    return own == null || own.isNew ? others : own;
  }

  /** Evaluates the step after the last trace, if time has passed it. */
  private void settleBefore(long at) {
    if (step == NONE || at <= step || isSettled) {
      return;
    }
    evaluate(step + 1);
    if (turnedAway) {
      letGo();
    }
    turnedAway = false;
    isSettled = true;
  }

  private void evaluate(long at) {
    keys.forEach((key, state) -> evaluate(key, state, at));
    evaluate(0, others, at);
  }

  private void evaluate(long key, KeyState state, long at) {
    boolean burns = burns(state, at);
    if (state.note(burns, burns ? rate(state, at) : 0, at * stepMillis)) {
      ended.addLast(state.stop(key, state == others, at * stepMillis));
      if (ended.size() > MOST_ENDED) {
        ended.removeFirst();
      }
    }
  }

  private boolean burns(KeyState state, long at) {
    for (int i = 0; i < rules.windows().size(); i++) {
      BurnWindow window = rules.windows().get(i);
      if (all(state, 2 * i, at) >= window.minTraces()
          && rate(state, i, at) * BurnRules.ROUNDING >= window.burnRate()) {
        return true;
      }
    }
    return false;
  }

  /** Returns the highest burn rate that both windows of a pair with enough traces have. */
  private double rate(KeyState state, long at) {
    double highest = 0;
    for (int i = 0; i < rules.windows().size(); i++) {
      if (all(state, 2 * i, at) >= rules.windows().get(i).minTraces()) {
        highest = Math.max(highest, rate(state, i, at));
      }
    }
    return highest;
  }

  /** Returns the burn rate of a pair: the lower one of its two windows. */
  private double rate(KeyState state, int pair, long at) {
    return Math.min(windowRate(state, 2 * pair, at), windowRate(state, 2 * pair + 1, at));
  }

  private double windowRate(KeyState state, int window, long at) {
    long bad = state.counts.bad(window, part(window, step), part(window, at));
    return bad == 0 ? 0 : bad / (all(state, window, at) * rules.errorBudget());
  }

  private long all(KeyState state, int window, long at) {
    return state.counts.all(window, part(window, step), part(window, at));
  }

  /** Returns the part of a window in which a step begins. */
  private long part(int window, long ofStep) {
    return Math.floorDiv(ofStep * stepMillis, partMillis[window]);
  }

  private void moveTo(long at) {
    for (int window = 0; window < partMillis.length; window++) {
      long from = part(window, step);
      long to = part(window, at);
      if (to > from) {
        for (KeyState state : keys.values()) {
          state.counts.move(window, from, to);
        }
        others.counts.move(window, from, to);
      }
    }
    step = at;
    isSettled = false;
  }

  /** Makes room for keys that were turned away. */
  private void letGo() {
    long now = (step + 1) * stepMillis;
    List<Map.Entry<Long, KeyState>> rarestFirst =
        keys.entrySet().stream()
            .filter(e -> !e.getValue().isBurning() && !e.getValue().isHeld(now, rules.holdMillis()))
            .sorted(Comparator.comparingLong(e -> all(e.getValue(), longest, step + 1)))
            .toList();
    for (int i = 0; i < rarestFirst.size(); i++) {
      boolean isEmpty = all(rarestFirst.get(i).getValue(), longest, step + 1) == 0;
      if (isEmpty || i < Math.max(1, rules.maxKeys() / LEAVING_PART)) {
        keys.remove(rarestFirst.get(i).getKey());
      }
    }
  }

  /** Returns the number of keys that are counted apart. */
  public int keys() {
    return keys.size();
  }

  /** Returns the keys that burn, the highest burn rate first. Changes nothing. */
  public List<Burn> burning(long logTimeMillis) {
    List<Burn> burning = new ArrayList<>();
    if (step != NONE) {
      long at = at(logTimeMillis);
      keys.forEach((key, state) -> addBurning(key, state, at, burning));
      addBurning(0, others, at, burning);
      burning.sort(Comparator.comparingDouble(Burn::rate).reversed());
    }
    return burning;
  }

  /** Returns this key if it burns. That of all others if it is unknown. Changes nothing. */
  List<Burn> burning(long key, long logTimeMillis) {
    List<Burn> burning = new ArrayList<>();
    if (step != NONE) {
      addBurning(key, shown(key), at(logTimeMillis), burning);
    }
    return burning;
  }

  /** Returns the highest burn rate of a key. Changes nothing. */
  double highestRate(long logTimeMillis) {
    if (step == NONE) {
      return 0;
    }
    long at = at(logTimeMillis);
    double highest = rate(others, at);
    for (KeyState state : keys.values()) {
      highest = Math.max(highest, rate(state, at));
    }
    return highest;
  }

  /** Returns the step of a time, or the latest step if that is later. */
  private long at(long logTimeMillis) {
    long at = Math.floorDiv(logTimeMillis, stepMillis);
    return step == NONE ? at : Math.max(evaluated(), at);
  }

  /** Returns the step that was evaluated last. */
  private long evaluated() {
    return isSettled ? step + 1 : step;
  }

  private void addBurning(long key, KeyState state, long at, List<Burn> burning) {
    boolean isBurning = state.isBurning();
    if (at == evaluated() ? isBurning : burns(state, at)) {
      long since = isBurning ? state.since() : at * stepMillis;
      double rate = Math.max(isBurning ? state.highest() : 0, rate(state, at));
      burning.add(new Burn(key, state == others, since, Burn.GOES_ON, rate));
    }
  }

  /** Returns the latest {@value #MOST_ENDED} burns that ended, in their order. */
  public List<Burn> ended() {
    return List.copyOf(ended);
  }

  /** Returns the state, for {@link #restore}. The first byte is a version. */
  public byte[] save() {
    int row = KeyState.mostBytes(partMillis.length);
    int burn = Byte.BYTES + 3 * Long.BYTES + Double.BYTES;
    int header = 1 + Long.BYTES + 2 + 2 * Integer.BYTES;
    ByteBuffer out =
        ByteBuffer.allocate(header + ended.size() * burn + row + keys.size() * (Long.BYTES + row));
    out.put(VERSION).putLong(step);
    out.put((byte) (isSettled ? 1 : 0)).put((byte) (turnedAway ? 1 : 0));
    out.putInt(ended.size());
    ended.forEach(
        b ->
            out.putLong(b.key())
                .put((byte) (b.isOther() ? 1 : 0))
                .putLong(b.sinceMillis())
                .putLong(b.untilMillis())
                .putDouble(b.rate()));
    others.save(out);
    out.putInt(keys.size());
    keys.forEach(
        (key, state) -> {
          out.putLong(key);
          state.save(out);
        });
    return Arrays.copyOf(out.array(), out.position());
  }

  /**
   * Restores the state of another object with the same {@link BurnRules#traits}. Begins empty if it
   * is of another version. Keys above the greatest number are left out.
   */
  public void restore(ByteBuffer in) {
    if (in.get() != VERSION) {
      return;
    }
    step = in.getLong();
    isSettled = in.get() != 0;
    turnedAway = in.get() != 0;
    int burns = in.getInt();
    for (int i = 0; i < burns; i++) {
      ended.addLast(
          new Burn(in.getLong(), in.get() != 0, in.getLong(), in.getLong(), in.getDouble()));
    }
    others.restore(in);
    int size = in.getInt();
    for (int i = 0; i < size; i++) {
      long key = in.getLong();
      KeyState state = new KeyState(partMillis.length);
      state.restore(in);
      if (keys.size() < rules.maxKeys()) {
        keys.put(key, state);
      }
    }
  }
}
