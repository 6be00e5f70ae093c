package io.tailrace.topology.meters;

import static io.tailrace.topology.sampling.EarlyReason.BYTES_PER_TASK;
import static io.tailrace.topology.sampling.EarlyReason.TRACES_PER_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EarlyWarningsTest {
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(EarlyWarnings.class);
  private Instant now = Instant.EPOCH;
  private final EarlyWarnings warnings = new EarlyWarnings(() -> now);

  @BeforeEach
  void listen() {
    log.start();
    logger.setLevel(Level.WARN); // tests are quiet otherwise
    logger.addAppender(log);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  @Test
  void tellsTheFirstAtOnce_withTheSettingAndWhatToDo() {
    warnings.decidedEarly(BYTES_PER_TASK, "");

    assertThat(log.list).singleElement().extracting(ILoggingEvent::getLevel).isEqualTo(Level.WARN);
    assertThat(log.list.get(0).getFormattedMessage())
        .contains("limits.bytes_per_task is reached", "raise it if the disk has room");
  }

  @Test
  void namesTheGroupThatGivesUpTheTrace_withoutItsControlCharacters() {
    warnings.decidedEarly(BYTES_PER_TASK, "shop\n1");

    assertThat(log.list.get(0).getKeyValuePairs().stream().map(Object::toString).toList())
        .contains("group=\"shop 1\"");
  }

  @Test
  void tellsOnceAMinuteHowManyThereWere_eachBoundByItself() {
    for (int i = 0; i < 1_000; i++) {
      warnings.decidedEarly(BYTES_PER_TASK, "");
    }
    warnings.decidedEarly(TRACES_PER_TASK, "");
    assertThat(log.list).hasSize(2);

    now = now.plus(EarlyWarnings.INTERVAL);
    warnings.decidedEarly(BYTES_PER_TASK, "");

    assertThat(log.list).hasSize(3);
    assertThat(log.list.get(2).getKeyValuePairs().stream().map(pair -> pair.value).toList())
        .isEqualTo(List.of(1_000L, 1_001L));
  }
}
