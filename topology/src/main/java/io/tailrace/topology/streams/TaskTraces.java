package io.tailrace.topology.streams;

import io.tailrace.topology.sampling.DueRounds;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Verdicts;

/** The traces of a task: the open ones, the decided ones, and what leads from these to those. */
record TaskTraces(OpenTraces open, Verdicts verdicts, DueRounds rounds) {
  LogClock clock() {
    return open.clock();
  }
}
