package io.tailrace.topology.sampling;

/** Where tasks learn the policies from. Thread-safe. */
public interface PolicySource {
  PolicySchedule schedule();
}
