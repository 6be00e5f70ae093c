package io.tailrace.topology.instance;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Failures from which Kafka clients recover, each with one log line per minute. */
enum Incident {
  /** Logged elsewhere, or not relevant. */
  REPORTED_ELSEWHERE(null, ""),

  AWAY(
      Level.WARN,
      "the consumer group removed this instance, as it sent no heartbeat within"
          + " session.timeout.ms (paused, disconnected or overloaded); rejoining, no data is lost"),

  ABORTED(
      Level.WARN,
      "a transaction was aborted, as after a pause or a broker failure; its records are written"
          + " again from the last commit, no data is lost"),

  LEFT_BEFORE(Level.INFO, "the consumer group had already removed this instance"),

  CANNOT_LEAVE(
      Level.WARN,
      "cannot leave the consumer group while its coordinator moves; other instances take over"
          + " after session.timeout.ms"),

  BROKER_AWAY(Level.WARN, "a broker does not answer; retrying, no data is lost: {}"),

  SENT_AGAIN(
      Level.WARN, "a broker temporarily rejects records; sending them again, no data is lost: {}");

  private static final long PERIOD_MILLIS = Duration.ofMinutes(1).toMillis();

  private final @Nullable Level level;
  private final String line;

  Incident(@Nullable Level level, String line) {
    this.level = level;
    this.line = line;
  }

  /** Null for no line. */
  @Nullable Level level() {
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
  static boolean isDue(@Nullable Long lastAt, long now) {
    return lastAt == null || now - lastAt >= PERIOD_MILLIS;
  }
}
