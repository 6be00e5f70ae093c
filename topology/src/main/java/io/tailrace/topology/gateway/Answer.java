package io.tailrace.topology.gateway;

/**
 * What a request is answered.
 *
 * @param refusal null if its spans were taken, all or some
 * @param spans that Kafka has acknowledged
 * @param rejectedSpans that were left out
 * @param message why anything was refused or left out; empty if nothing was
 */
record Answer(Refusal refusal, long spans, long rejectedSpans, String message) {
  static Answer accepted(long spans) {
    return new Answer(null, spans, 0, "");
  }

  static Answer partly(long spans, long rejectedSpans, String message) {
    return new Answer(null, spans, rejectedSpans, message);
  }

  static Answer refused(Refusal refusal, String message) {
    return new Answer(refusal, 0, 0, message);
  }

  boolean isRefused() {
    return refusal != null;
  }
}
