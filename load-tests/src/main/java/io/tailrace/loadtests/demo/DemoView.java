package io.tailrace.loadtests.demo;

import java.time.Duration;
import java.util.List;

/** Shows how the demo goes. */
interface DemoView {
  /** A step of the start-up or the end. */
  void step(String what);

  /** What to know and to try; shown once, or all the time. */
  void hints(List<String> lines);

  /** The figures now and a moment ago. */
  void figures(Duration elapsed, DemoFigures now, DemoFigures before, Duration between);

  /** How often it wants figures. */
  Duration interval();

  void summary(List<String> lines);
}
