package io.tailrace.loadtests.soak;

import java.util.ArrayList;
import java.util.List;

/** Values of a figure of one process over a run. Not thread-safe. */
final class Series {
  /** A value at a time in seconds from the start of the traffic. */
  record Point(double seconds, double value) {}

  private final String process;
  private final Figure figure;
  private final List<Point> points = new ArrayList<>();

  Series(String process, Figure figure) {
    this.process = process;
    this.figure = figure;
  }

  Series add(double seconds, double value) {
    points.add(new Point(seconds, value));
    return this;
  }

  String process() {
    return process;
  }

  Figure figure() {
    return figure;
  }

  List<Point> points() {
    return List.copyOf(points);
  }
}
