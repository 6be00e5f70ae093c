package io.tailrace.topology.gateway;

import io.grpc.Status;

/** Why a request is refused, and how OTLP says so. */
enum Refusal {
  /** Not what OTLP is: the same bytes will not do better. */
  MALFORMED("malformed", Status.Code.INVALID_ARGUMENT, 400, false),
  /** Nothing in it could be taken. */
  REJECTED("rejected", Status.Code.INVALID_ARGUMENT, 400, false),
  /** Above {@code gateway.max_request}; without a delay, so that nobody tries again. */
  TOO_LARGE("too_large", Status.Code.RESOURCE_EXHAUSTED, 413, false),
  /** As much as {@code gateway.in_flight} waits for Kafka already. */
  BUSY("busy", Status.Code.RESOURCE_EXHAUSTED, 429, true),
  /** Kafka did not acknowledge it. */
  KAFKA("kafka", Status.Code.UNAVAILABLE, 503, true),
  /** The gateway is being stopped. */
  STOPPING("stopping", Status.Code.UNAVAILABLE, 503, true),
  /** A fault of our own. */
  INTERNAL("internal", Status.Code.INTERNAL, 500, false);

  /** What a client is asked to wait; its own back-off comes on top. */
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

  /** As metrics call it. */
  String reason() {
    return reason;
  }

  Status.Code code() {
    return code;
  }

  int httpStatus() {
    return httpStatus;
  }

  /** Whether the client is told to try again. */
  boolean isRetried() {
    return retried;
  }
}
