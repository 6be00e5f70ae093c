package io.tailrace.topology.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Answer to a request.
 *
 * @param refusal reason of the refusal; null if at least some spans were accepted
 * @param spans number of spans acknowledged by Kafka
 * @param rejectedSpans number of rejected spans
 * @param message reason of refused or rejected spans; empty if there are none
 */
record Answer(@Nullable Refusal refusal, long spans, long rejectedSpans, String message) {
  static Answer accepted(long spans) {
    return new Answer(null, spans, 0, "");
  }

  static Answer partly(long spans, long rejectedSpans, String message) {
    return new Answer(null, spans, rejectedSpans, message);
  }

  static Answer refused(Refusal refusal, String message) {
    return new Answer(refusal, 0, 0, message);
  }
}
