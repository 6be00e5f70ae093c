package io.tailrace.policies.budget;

import io.tailrace.policies.fingerprint.KeyedTrace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Budget that is spent in slots of log time. The traces of a slot compete, and the first one that
 * the tokens do not pay for is the threshold of all others. Mutable, not thread-safe.
 */
public final class SlotBudget implements SlotBudgets {
  /** Significant bits of a probability, so that thresholds are short in trace states. */
  private static final int PROBABILITY_BITS = 16;

  /** Above the error of a priority in a double, so that the trace at tau is not sampled. */
  private static final long ROUNDING = 32;

  private final TokenBucket bucket;
  private final boolean strict;
  private final double maxCost;
  private final @Nullable SlotBudget around;
  private final Competitors competitors = new Competitors();
  private double tau;

  /**
   * @param strict whether traces that cost more than {@code maxCost} never pass, and no trace takes
   *     more tokens than there are. Otherwise the last traces of a slot can leave a debt
   * @param maxCost greatest cost of a trace in tokens
   * @param around budget that has to pay as well; null if there is none
   */
  public SlotBudget(
      TokenBucket bucket, boolean strict, double maxCost, @Nullable SlotBudget around) {
    this.bucket = bucket;
    this.strict = strict;
    this.maxCost = maxCost;
    this.around = around;
  }

  @Override
  public SlotBudget of(KeyedTrace trace, boolean competes) {
    return this;
  }

  @Override
  public SlotBudget shown() {
    return this;
  }

  public TokenBucket bucket() {
    return bucket;
  }

  @Override
  public void open() {
    competitors.clear();
  }

  /** Adds a trace to the competition. Ignores traces that can never pass. */
  public void compete(long randomness, double weight, long cost) {
    if (!neverPasses(cost)) {
      competitors.add(randomness, weight, Math.min((double) cost, maxCost));
    }
  }

  /** Takes over the competitors of another budget with the same rules. */
  void compete(SlotBudget other) {
    competitors.addAll(other.competitors);
  }

  private boolean neverPasses(long cost) {
    return strict && (double) cost > maxCost;
  }

  @Override
  public void settle(long logTimeMillis) {
    competitors.select(level(logTimeMillis), strict);
    tau = competitors.tau();
    refill(logTimeMillis);
    pay(competitors.spent());
  }

  @Override
  public boolean hasCompetitors() {
    return !competitors.isEmpty();
  }

  @Override
  public boolean keptNone() {
    return competitors.tau() > 0 && competitors.spent() == 0 && hasCompetitors();
  }

  @Override
  public boolean canPayBy(long logTimeMillis) {
    double tokens = level(logTimeMillis);
    return strict ? tokens >= competitors.needed() : tokens > 0;
  }

  /** Returns whether it holds as many tokens as a new one. */
  boolean isFull(long logTimeMillis) {
    return bucket.isFull(logTimeMillis);
  }

  /** Pays for a trace apart from the slots. */
  public void payApart(long cost, long logTimeMillis) {
    refill(logTimeMillis);
    pay(Math.min((double) cost, maxCost));
  }

  /**
   * Returns the threshold of traces of this weight in the last slot: they are sampled if their
   * priority is above tau.
   */
  public long threshold(double weight, long cost) {
    if (neverPasses(cost)) {
      return Thresholds.NEVER;
    }
    return weight > tau ? Thresholds.ALWAYS : threshold(weight / tau);
  }

  /** Returns the threshold for a probability, which is rounded down. */
  private static long threshold(double probability) {
    long share = (long) (probability * Thresholds.NEVER) - ROUNDING;
    if (share <= 0) {
      return Thresholds.NEVER;
    }
    int dropped = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(share) - PROBABILITY_BITS);
    return Thresholds.NEVER - (share >>> dropped << dropped);
  }

  private double level(long logTimeMillis) {
    double own = bucket.level(logTimeMillis);
    return around == null ? own : Math.min(own, around.level(logTimeMillis));
  }

  private void refill(long logTimeMillis) {
    bucket.refill(logTimeMillis);
    if (around != null) {
      around.refill(logTimeMillis);
    }
  }

  private void pay(double tokens) {
    bucket.take(tokens);
    if (around != null) {
      around.pay(tokens);
    }
  }

  @Override
  public byte[] save() {
    byte[] level = bucket.save();
    return ByteBuffer.allocate(level.length + Double.BYTES).put(level).putDouble(tau).array();
  }

  @Override
  public void restore(ByteBuffer saved) {
    bucket.restore(saved);
    tau = saved.hasRemaining() ? saved.getDouble() : 0;
  }
}
