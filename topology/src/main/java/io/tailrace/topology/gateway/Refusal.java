package io.tailrace.topology.gateway;

import io.grpc.Status;

/** Reasons of refused requests with their OTLP status. */
enum Refusal {
  /** Without a token of {@code gateway.tokens}. */
  UNAUTHENTICATED("unauthenticated", Status.Code.UNAUTHENTICATED, 401, false),
  /** Not OTLP. A retry cannot succeed. */
  MALFORMED("malformed", Status.Code.INVALID_ARGUMENT, 400, false),
  /** No span is acceptable. */
  REJECTED("rejected", Status.Code.INVALID_ARGUMENT, 400, false),
  /** Above {@code gateway.max_request}. Without a retry delay, so that clients do not retry. */
  TOO_LARGE("too_large", Status.Code.RESOURCE_EXHAUSTED, 413, false),
  /** {@code gateway.in_flight} bytes already wait for Kafka. */
  BUSY("busy", Status.Code.RESOURCE_EXHAUSTED, 429, true),
  /** Kafka did not acknowledge the records. */
  KAFKA("kafka", Status.Code.UNAVAILABLE, 503, true),
  /** The gateway is stopping. */
  STOPPING("stopping", Status.Code.UNAVAILABLE, 503, true),
  /** Internal error. */
  INTERNAL("internal", Status.Code.INTERNAL, 500, false);

  /** Retry delay for clients, in addition to their own back-off. */
  static final int RETRY_SECONDS = 1;

  private final String reason;
  private final Status.Code code;
  private final int httpStatus;
  private final boolean retried;

  Refusal(String reason, Status.Code code, int httpStatus, boolean retried) {
    this.reason = reason;
    this.code = code;
    this.httpStatus = httpStatus;
    this.retried = retried;
  }

  /** Returns the value of the metric label. */
  String reason() {
    return reason;
  }

  Status.Code code() {
    return code;
  }

  int httpStatus() {
    return httpStatus;
  }

  /** Returns whether the client should retry. */
  boolean isRetried() {
    return retried;
  }
}
