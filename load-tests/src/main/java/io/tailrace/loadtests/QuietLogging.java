package io.tailrace.loadtests;

/**
 * Selects this module's logback configuration. For a {@code main} alone: its resource is not called
 * logback.xml, so that whoever depends on this module keeps their own logging.
 */
final class QuietLogging {
  private static final String PROPERTY = "logback.configurationFile";

  private QuietLogging() {}

  /** To be called before anything logs. A file named on the command line wins. */
  static void configure() {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, "logback-load-tests.xml");
    }
  }
}
