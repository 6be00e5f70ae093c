package io.tailrace.topology.instance;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

class JavaLoggingTest {
  private static final String NAME = "io.grpc.example";

  @Test
  void whatLibrariesTellTheJdksLogIsInOurs_andNowhereElse() {
    java.util.logging.Logger jdks = LogManager.getLogManager().getLogger("");
    Handler[] before = jdks.getHandlers();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger ours = (Logger) LoggerFactory.getLogger(NAME);
    ours.setLevel(Level.INFO);
    ours.addAppender(log);
    try {
      JavaLogging.toOurs();
      java.util.logging.Logger.getLogger(NAME).warning("dropped");

      assertThat(log.list).singleElement().hasToString("[WARN] dropped");
      assertThat(jdks.getHandlers()).hasSize(1);
    } finally {
      ours.detachAppender(log);
      ours.setLevel(null);
      SLF4JBridgeHandler.uninstall();
      for (Handler handler : before) {
        jdks.addHandler(handler);
      }
    }
  }
}
