package io.tailrace.loadtests.soak;

/**
 * Growth that is still none: the greatest of three.
 *
 * @param share of the level, per hour
 * @param perHour in the unit of the figure
 * @param perRun noise that a run has, whatever its length; matters in runs below an hour
 */
record Limit(double share, double perHour, double perRun) {
  /** For figures that only explain the others. */
  static final Limit NONE = new Limit(Double.POSITIVE_INFINITY, 0, 0);

  static Limit of(double share, double perHour, double perRun) {
    return new Limit(share, perHour, perRun);
  }

  boolean isNone() {
    return Double.isInfinite(share);
  }

  /** Returns the growth per hour that is allowed. */
  double allowed(double level, double judgedHours) {
    return isNone()
        ? Double.POSITIVE_INFINITY
        : Math.max(Math.max(share * level, perHour), perRun / judgedHours);
  }
}
