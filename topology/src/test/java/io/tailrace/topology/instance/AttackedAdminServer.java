package io.tailrace.topology.instance;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Admin server in a process of its own, because the limits of the JDK's server are per process. */
public final class AttackedAdminServer {
  private static final int COUNTERS = 20_000; // a text of 2 MB

  private AttackedAdminServer() {}

  /** Writes the port, and serves until standard input ends. */
  public static void main(String[] args) throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    for (int i = 0; i < COUNTERS; i++) {
      registry.counter("attacked", "number", "of many counters: " + i).increment();
    }
    AdminServer.Health well = new AdminServer.Health(true, "running");
    try (AdminServer server =
        new AdminServer("127.0.0.1", 0, "admin.port", registry, () -> well, () -> well)) {
      System.out.println(server.port());
      while (System.in.read() >= 0) {}
    }
  }
}
