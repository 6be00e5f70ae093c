package io.tailrace.topology.instance;

import java.time.Duration;
import org.slf4j.event.Level;

/** Failures from which Kafka clients recover, each with one log line per minute. */
enum Incident {
  /** Logged elsewhere, or not relevant. */
  REPORTED_ELSEWHERE(null, ""),

  AWAY(
      Level.WARN,
      "the consumer group has given this instance up, as it was silent for longer than"
          + " session.timeout.ms: paused, cut off or overloaded; it joins again, nothing is lost"),

  ABORTED(
      Level.WARN,
      "a transaction is aborted, as after a pause or a broker's failure: its records do not count,"
          + " they are written again from the last commit on, nothing is lost"),

  LEFT_BEFORE(Level.INFO, "the consumer group had given this instance up already"),

  CANNOT_LEAVE(
      Level.WARN,
      "cannot leave the consumer group while its coordinator moves: the others take over after"
          + " session.timeout.ms"),

  BROKER_AWAY(Level.WARN, "a broker does not answer; trying again, nothing is lost: {}"),

  SENT_AGAIN(
      Level.WARN,
      "a broker does not take records for a moment; sending them again, nothing is lost: {}");

  private static final long PERIOD_MILLIS = Duration.ofMinutes(1).toMillis();

  private final Level level;
  private final String line;

  Incident(Level level, String line) {
    this.level = level;
    this.line = line;
  }

  /** Null for no line. */
  Level level() {
    return level;
  }

  /**
   * Returns the line.
   *
   * @param original message of the first replaced line
   */
  String line(String original) {
    return line.replace("{}", original);
  }

  /** Returns whether another line is due, at a time in Unix milliseconds. */
  static boolean isDue(Long lastAt, long now) {
    return lastAt == null || now - lastAt >= PERIOD_MILLIS;
  }
}
