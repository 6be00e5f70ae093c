package io.tailrace.topology.sampling;

/** Source of the policies for tasks. Thread-safe. */
public interface PolicySource {
  PolicySchedule schedule();
}
