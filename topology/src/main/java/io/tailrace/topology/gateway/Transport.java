package io.tailrace.topology.gateway;

import java.util.Locale;

/** Transport of a request. */
enum Transport {
  GRPC,
  HTTP;

  /** Returns the value of the metric label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
