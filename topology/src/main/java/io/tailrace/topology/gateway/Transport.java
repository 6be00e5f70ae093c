package io.tailrace.topology.gateway;

import java.util.Locale;

/** How a request came. */
enum Transport {
  GRPC,
  HTTP;

  /** As metrics call it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
