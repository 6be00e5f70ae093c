package io.tailrace.topology.config;

import java.util.Locale;

/** Spans whose operations are counted. */
public enum OperationsBy {
  /** The root span of each trace. */
  ROOT,

  /** The spans that enter a service: servers, consumers, and those without a parent. */
  SERVICE,

  /** None. */
  OFF;

  /** Value of the setting. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
