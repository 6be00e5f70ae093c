package io.tailrace.loadtests.soak;

/** Measured figure and its allowed growth. load-tests/RATIONALE.md explains the limits. */
enum Figure {
  HEAP("heap after collection", "MiB", Limit.of(0.10, 16, 4)),
  RSS("resident memory", "MiB", Limit.of(0.05, 32, 16)),
  NATIVE("native memory: resident, without heap and other JVM pools", "MiB", Limit.of(0, 32, 16)),
  ROCKSDB("memory of RocksDB", "MiB", Limit.of(0.10, 4, 2)),
  THREADS("threads", "", Limit.of(0, 1, 1)),
  HANDLES("open file handles", "", Limit.of(0.10, 8, 8)),
  STATE_DISK("state directory", "MiB", Limit.of(0.10, 16, 4)),
  METERS("series on /metrics", "", Limit.of(0.01, 10, 10)),
  DELAY("decision delay, p99", "s", Limit.of(0.25, 0.5, 0.25)),
  LAG("lag", "s", Limit.of(0.25, 1, 0.5)),
  CPU("CPU time of a span", "µs", Limit.of(0.25, 0, 30)),
  BROKER_DISK("log of the broker", "MiB", Limit.of(0.10, 32, 24)),
  SPANS("spans", "/s", Limit.NONE),
  OPEN_TRACES("open traces", "", Limit.NONE);

  private final String title;
  private final String unit;
  private final Limit limit;

  Figure(String title, String unit, Limit limit) {
    this.title = title;
    this.unit = unit;
    this.limit = limit;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  Limit limit() {
    return limit;
  }
}
