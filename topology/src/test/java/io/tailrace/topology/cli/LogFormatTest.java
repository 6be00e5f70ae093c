package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Formats of logback.xml, with its own logger context. */
@ResourceLock(Resources.SYSTEM_ERR)
class LogFormatTest {
  @Test
  void jsonIsOneObjectPerLine_withTextAndPairs() throws Exception {
    String log = logged("json");

    assertThat(log.lines()).hasSize(1);
    JsonNode event = new ObjectMapper().readTree(log);
    assertThat(event.get("formattedMessage").asText()).isEqualTo("read 3 \"records\"");
    assertThat(event.get("level").asText()).isEqualTo("WARN");
    assertThat(event.get("loggerName").asText()).isEqualTo("io.tailrace.Test");
    assertThat(event.get("timestamp").isNumber()).isTrue();
    assertThat(event.get("kvpList").get(0).get("topic").asText()).isEqualTo("spans");
    assertThat(event.get("throwable").get("message").asText()).isEqualTo("no");
  }

  @Test
  void textIsTheDefault() throws Exception {
    assertThat(logged(null)).contains(" WARN ", " Test - read 3 \"records\" topic=\"spans\"");
  }

  private static String logged(String format) throws Exception {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new ch.qos.logback.classic.util.LogbackMDCAdapter());
    if (format != null) {
      context.putProperty("TAILRACE_LOG_FORMAT", format);
    }
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(TailraceCommand.class.getResource("/logback.xml"));
      context
          .getLogger("io.tailrace.Test")
          .atWarn()
          .setCause(new IllegalStateException("no"))
          .addKeyValue("topic", "spans")
          .log("read {} \"records\"", 3);
      context.stop();
    } finally {
      System.setErr(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
