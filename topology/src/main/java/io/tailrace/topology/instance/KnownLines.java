package io.tailrace.topology.instance;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.AppenderAttachableImpl;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Logback appender that forwards log events, except known lines of Kafka clients about failures
 * from which they recover. Such a line is logged at DEBUG, and once a minute one line explains the
 * failure at its own level. Created by Logback by class name. Thread-safe.
 */
public final class KnownLines extends UnsynchronizedAppenderBase<ILoggingEvent>
    implements AppenderAttachable<ILoggingEvent> {
  private final AppenderAttachableImpl<ILoggingEvent> below = new AppenderAttachableImpl<>();
  private final Map<Incident, Long> lastAt = new ConcurrentHashMap<>();

  @Override
  protected void append(ILoggingEvent event) {
    KnownLine.of(event)
        .ifPresentOrElse(
            line -> {
              say(line.incident(), event);
              demote(event);
            },
            () -> below.appendLoopOnAppenders(event));
  }

  private void say(Incident incident, ILoggingEvent event) {
    Logger ours = logger(KnownLines.class.getName());
    if (incident.level() == null || !ours.isEnabledForLevel(incident.level())) {
      return;
    }
    boolean[] due = new boolean[1];
    lastAt.compute(
        incident,
        (same, last) -> {
          due[0] = Incident.isDue(last, event.getTimeStamp());
          return due[0] ? Long.valueOf(event.getTimeStamp()) : last;
        });
    if (due[0]) {
      String line = incident.line(event.getFormattedMessage().strip());
      pass(ours, Level.convertAnSLF4JLevel(incident.level()), line, event, null);
    }
  }

  private void demote(ILoggingEvent event) {
    Logger theirs = logger(event.getLoggerName());
    if (theirs.isDebugEnabled()) {
      Throwable thrown =
          event.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
      pass(theirs, Level.DEBUG, event.getFormattedMessage(), event, thrown);
    }
  }

  private void pass(
      Logger logger,
      Level level,
      String message,
      ILoggingEvent original,
      @Nullable Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent(KnownLines.class.getName(), logger, level, message, thrown, null);
    event.setThreadName(original.getThreadName());
    event.setInstant(original.getInstant());
    below.appendLoopOnAppenders(event);
  }

  private Logger logger(String name) {
    return ((LoggerContext) getContext()).getLogger(name);
  }

  @Override
  public void stop() {
    below.detachAndStopAllAppenders();
    super.stop();
  }

  @Override
  public void addAppender(Appender<ILoggingEvent> appender) {
    below.addAppender(appender);
  }

  @Override
  public Iterator<Appender<ILoggingEvent>> iteratorForAppenders() {
    return below.iteratorForAppenders();
  }

  @Override
  public Appender<ILoggingEvent> getAppender(String name) {
    return below.getAppender(name);
  }

  @Override
  public boolean isAttached(Appender<ILoggingEvent> appender) {
    return below.isAttached(appender);
  }

  @Override
  public void detachAndStopAllAppenders() {
    below.detachAndStopAllAppenders();
  }

  @Override
  public boolean detachAppender(Appender<ILoggingEvent> appender) {
    return below.detachAppender(appender);
  }

  @Override
  public boolean detachAppender(String name) {
    return below.detachAppender(name);
  }
}
