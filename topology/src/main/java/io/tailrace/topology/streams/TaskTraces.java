package io.tailrace.topology.streams;

import io.tailrace.topology.sampling.DueRounds;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Verdicts;

/** Traces of a task: open traces, verdicts, and the rounds that decide. */
record TaskTraces(OpenTraces open, Verdicts verdicts, DueRounds rounds) {
  LogClock clock() {
    return open.clock();
  }
}
