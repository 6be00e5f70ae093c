package io.tailrace.topology.instance;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** The log of the JDK, to which gRPC and the OpenTelemetry SDK write. */
public final class JavaLogging {
  private JavaLogging() {}

  /** From now on it goes where ours goes, and looks like it. For a process as a whole. */
  public static void toOurs() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
