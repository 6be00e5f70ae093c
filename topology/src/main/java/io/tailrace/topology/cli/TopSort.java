package io.tailrace.topology.cli;

import java.util.List;

/** Orders of the tables of {@code top}, named as on the command line. Numbers: largest first. */
enum TopSort {
  keeps,
  votes,
  spans,
  lag,
  open,
  heap,
  name;

  /** Returns the order after this one, and the first one after the last. */
  TopSort next() {
    List<TopSort> all = List.of(values());
    return all.get((all.indexOf(this) + 1) % all.size());
  }
}
