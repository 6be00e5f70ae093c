package io.tailrace.loadtests.demo;

import java.time.Duration;
import java.util.List;

/** View of the demo. */
interface DemoView {
  /** Shows a step of the start or the end. */
  void step(String what);

  /** Shows hints, once or permanently. */
  void hints(List<String> lines);

  /** Shows current and previous figures. */
  void figures(Duration elapsed, DemoFigures now, DemoFigures before, Duration between);

  /** Returns the refresh interval. */
  Duration interval();

  void summary(List<String> lines);
}
