package io.tailrace.loadtests.soak;

/**
 * Allowed growth of a figure: the greatest of three values.
 *
 * @param share of the level, per hour
 * @param perHour in the unit of the figure
 * @param perRun noise of a run of any length; matters in runs below an hour
 */
record Limit(double share, double perHour, double perRun) {
  /** Limit of figures that only explain others. */
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
