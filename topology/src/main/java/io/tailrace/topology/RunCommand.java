package io.tailrace.topology;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** Runs an instance until it is told to stop. */
@Command(
    name = "run",
    description = "Run an instance until SIGTERM; start more of them for more load.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:cannot start, or cannot go on",
      "2:wrong configuration or command line",
      "130, 143:stopped by SIGINT or SIGTERM"
    })
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Mixin private ConfigOptions configOptions;

  @Override
  public Integer call() {
    TailraceConfig config = configOptions.read();
    CompletableFuture<Throwable> signalled = new CompletableFuture<>();
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(signalled, closed)));
    try (Engine engine = Engine.start(config)) {
      CompletableFuture.anyOf(engine.failure(), signalled).join();
      return engine.failure().isDone() ? ExitCode.SOFTWARE : ExitCode.OK;
    } finally {
      closed.countDown();
    }
  }

  /** The process ends when its shutdown hooks do: wait until the engine is closed. */
  private static void shutDown(CompletableFuture<Throwable> signalled, CountDownLatch closed) {
    signalled.complete(null);
    try {
      closed.await();
      LOG.info("stopped");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
