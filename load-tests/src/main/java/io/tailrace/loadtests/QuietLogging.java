package io.tailrace.loadtests;

/**
 * Selects the logback configuration of this module. Only for {@code main} methods: the file is not
 * named logback.xml, so that dependent modules keep their own logging.
 */
final class QuietLogging {
  private static final String PROPERTY = "logback.configurationFile";

  private QuietLogging() {}

  /**
   * Configures logging. Must be called before the first log line. A file on the command line takes
   * precedence.
   */
  static void configure() {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, "logback-load-tests.xml");
    }
  }
}
