package io.tailrace.loadtests;

/**
 * What a driver writes. Shares are from 0 to 1, of records or of traces.
 *
 * @param keyed whether all spans of a trace are on one partition
 * @param busyPartitions how many partitions get records, from 0 on
 * @param tracesPerSecond in wall time
 * @param speed how fast record times go; 1: they are the wall clock's, else they start in the past
 * @param longestSpread from a trace's first to its last span, in milliseconds of record time
 * @param lateShare of traces whose last span comes after the decision
 * @param poisonShare of records that cannot be read, in whole or in part
 * @param disorderMillis by how much a record may be stamped before its predecessor
 * @param dayBehindShare of records stamped a day too early
 * @param hourAheadShare of records stamped 50 minutes too late (a broker refuses an hour)
 */
public record DriverOptions(
    boolean keyed,
    int busyPartitions,
    int tracesPerSecond,
    int speed,
    long decisionWait,
    long longestSpread,
    double lateShare,
    double poisonShare,
    long disorderMillis,
    double dayBehindShare,
    double hourAheadShare) {

  public static DriverOptions of(boolean keyed, int partitions, long decisionWait) {
    return new DriverOptions(keyed, partitions, 150, 1, decisionWait, 1_000, 0.1, 0.002, 0, 0, 0);
  }

  DriverOptions fast(int factor) {
    return new DriverOptions(
        keyed,
        busyPartitions,
        tracesPerSecond,
        factor,
        decisionWait,
        longestSpread,
        lateShare,
        poisonShare,
        disorderMillis,
        dayBehindShare,
        hourAheadShare);
  }

  DriverOptions stampedWrongly(long disorder, double dayBehind, double hourAhead) {
    return new DriverOptions(
        keyed,
        busyPartitions,
        tracesPerSecond,
        speed,
        decisionWait,
        longestSpread,
        lateShare,
        poisonShare,
        disorder,
        dayBehind,
        hourAhead);
  }

  /** Other shares of late spans and of records that cannot be read. */
  public DriverOptions shares(double late, double poison) {
    return new DriverOptions(
        keyed,
        busyPartitions,
        tracesPerSecond,
        speed,
        decisionWait,
        longestSpread,
        late,
        poison,
        disorderMillis,
        dayBehindShare,
        hourAheadShare);
  }

  DriverOptions busy(int partitions) {
    return new DriverOptions(
        keyed,
        partitions,
        tracesPerSecond,
        speed,
        decisionWait,
        longestSpread,
        lateShare,
        poisonShare,
        disorderMillis,
        dayBehindShare,
        hourAheadShare);
  }
}
