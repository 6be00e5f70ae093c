package io.tailrace.topology.cli;

import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.instance.Engine;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** Runs an instance until a signal stops it. */
@Command(
    name = "run",
    description = "Run an instance until SIGTERM. Start more to scale.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:cannot start, or cannot continue",
      "2:invalid configuration or command line",
      "130, 143:stopped by SIGINT or SIGTERM"
    })
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  private static final Duration TO_CLOSE = Duration.ofSeconds(30);

  @Mixin private ConfigOptions configOptions;

  @Override
  public Integer call() {
    TailraceConfig config = configOptions.read();
    Thread main = Thread.currentThread();
    CompletableFuture<Engine> started = new CompletableFuture<>();
    CompletableFuture<Throwable> signalled = new CompletableFuture<>();
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  signalled.complete(null);
                  if (!started.isDone()) {
                    main.interrupt(); // all waits of a start can be interrupted
                  }
                  await(closed);
                }));
    try (Engine engine = Engine.start(config)) {
      started.complete(engine);
      CompletableFuture.anyOf(engine.failure(), signalled).join();
      return engine.failure().isDone() ? ExitCode.SOFTWARE : ExitCode.OK;
    } finally {
      closed.countDown();
    }
  }

  /**
   * Waits until the engine is closed, with a limit, because the process ends with its shutdown
   * hooks.
   */
  private static void await(CountDownLatch closed) {
    try {
      if (closed.await(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("stopped");
      } else {
        LOG.error("not closed after {}, stopping anyway; no data is lost", TO_CLOSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
