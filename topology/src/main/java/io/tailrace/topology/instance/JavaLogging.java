package io.tailrace.topology.instance;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** Log of the JDK, which gRPC and the OpenTelemetry SDK use. */
public final class JavaLogging {
  private JavaLogging() {}

  /** Redirects it to SLF4J for the whole process. */
  public static void toOurs() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
