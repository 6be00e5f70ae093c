package io.tailrace.loadtests.oracle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The policy versions that a config log makes, and which may judge when. */
final class PolicyLog {
  record Version(long number, long activeFrom, PlainPolicies policies) {}

  private final List<Version> versions = new ArrayList<>();
  private final PlainPolicies first;
  private final long activationDelayMillis;
  private long latestStart = Long.MIN_VALUE;

  PolicyLog(String bootstrap, List<LogRecord> log, long activationDelayMillis) {
    this.first = PlainPolicies.parse(bootstrap).orElseThrow();
    this.activationDelayMillis = activationDelayMillis;
    versions.add(new Version(0, Long.MIN_VALUE, first));
    log.forEach(this::add);
  }

  /** Adds the next record. */
  void add(LogRecord record) {
    if (!"default".equals(record.key())) {
      return;
    }
    Optional<PlainPolicies> policies =
        record.value() == null
            ? Optional.of(first)
            : PlainPolicies.parse(new String(record.value(), StandardCharsets.UTF_8));
    long stamped = record.time() + activationDelayMillis;
    policies.ifPresent(valid -> add(record.offset() + 1, stamped, valid));
  }

  /** A version, and its remaining policies after each expiry. */
  private void add(long number, long stamped, PlainPolicies policies) {
    long activeFrom = Math.max(stamped, latestStart);
    latestStart = activeFrom;
    versions.removeIf(version -> version.activeFrom > activeFrom);
    versions.add(new Version(number, activeFrom, policies.at(activeFrom)));
    for (long end : policies.ends().tailSet(activeFrom + 1)) {
      versions.add(new Version(number, end, policies.at(end)));
    }
  }

  /** The versions that judge at some time from {@code from} to {@code to}, ends included. */
  List<Version> between(long from, long to) {
    List<Version> judging = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      long end = i + 1 < versions.size() ? versions.get(i + 1).activeFrom : Long.MAX_VALUE;
      if (versions.get(i).activeFrom <= to && end > from) {
        judging.add(versions.get(i));
      }
    }
    return judging;
  }
}
