package io.tailrace.topology;

/** Where tasks learn the policies from. Thread-safe. */
interface PolicySource {
  PolicySchedule schedule();
}
