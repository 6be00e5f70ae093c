package io.tailrace.topology.meters;

import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.text.PlainText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs the bound that causes early decisions and the recommended action: at the first trace, then
 * at most once a minute with the number of traces since. Thread-safe.
 */
final class EarlyWarnings {
  static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(EarlyWarnings.class);

  private final InstantSource clock;
  private final Map<EarlyReason, Told> told = new EnumMap<>(EarlyReason.class);

  EarlyWarnings(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Counts a trace decided early.
   *
   * @param group group that gives up the trace; empty if there is none
   */
  synchronized void decidedEarly(EarlyReason reason, String group) {
    long now = clock.millis();
    Told last = told.computeIfAbsent(reason, r -> new Told());
    last.traces++;
    if (last.traces == 1 || now - last.at >= INTERVAL.toMillis()) {
      LoggingEventBuilder warning =
          LOG.atWarn()
              .addKeyValue("traces", last.traces - last.upTo)
              .addKeyValue("inAll", last.traces);
      if (!group.isEmpty()) {
        warning = warning.addKeyValue("group", PlainText.line(group));
      }
      warning.log(
          "decided before they were due: limits.{} is reached; their further spans are late ({})",
          reason.tag(),
          reason.remedy());
      last.at = now;
      last.upTo = last.traces;
    }
  }

  /** Traces so far, the number at the last line, and its time. */
  private static final class Told {
    long traces;
    long upTo;
    long at;
  }
}
