package io.tailrace.loadtests.soak;

import java.util.function.DoubleSupplier;

/** Traffic that waxes and wanes: a sine, least at the start. Not thread-safe. */
final class Tide implements DoubleSupplier {
  private final double least;
  private final double most;
  private final double period;
  private final DoubleSupplier seconds;
  private double integrated;

  /**
   * @param least traces per second
   * @param most traces per second
   * @param period in seconds
   * @param seconds clock, from 0 on
   */
  Tide(double least, double most, double period, DoubleSupplier seconds) {
    this.least = least;
    this.most = most;
    this.period = period;
    this.seconds = seconds;
  }

  /** Traces that are due since the last call. */
  @Override
  public double getAsDouble() {
    double until = integral(seconds.getAsDouble());
    double due = until - integrated;
    integrated = until;
    return due;
  }

  private double integral(double time) {
    double turns = 2 * Math.PI / period;
    double mean = (least + most) / 2;
    return mean * time - (most - least) / 2 * Math.sin(turns * time) / turns;
  }
}
