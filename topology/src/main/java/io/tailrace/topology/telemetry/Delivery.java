package io.tailrace.topology.telemetry;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failed delivery of telemetry: at first, then at most once a minute, and when delivery
 * succeeds again. Thread-safe.
 */
final class Delivery {
  static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final InstantSource clock;
  private boolean everTold;
  private boolean failureIsTold;
  private long toldAt;
  private long failures;

  Delivery(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void failed(URI target, String why) {
    failures++;
    long now = clock.millis();
    if (everTold && now - toldAt < INTERVAL.toMillis()) {
      return;
    }
    LOG.atWarn()
        .addKeyValue("failures", failures)
        .log(
            "telemetry.endpoint: cannot deliver own telemetry to {}, sampling continues: {}",
            target,
            why);
    everTold = true;
    failureIsTold = true;
    toldAt = now;
    failures = 0;
  }

  synchronized void succeeded(URI target) {
    if (failureIsTold) {
      failureIsTold = false;
      LOG.atInfo().log("own telemetry is delivered to {} again", target);
    }
  }
}
