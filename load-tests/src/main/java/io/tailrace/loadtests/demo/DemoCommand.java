package io.tailrace.loadtests.demo;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main job on an embedded real broker, with a simulated shop's spans. */
@Command(
    name = "demo",
    description = "Run a broker, a simulated shop and two instances, and watch them sample.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every error trace that went in came out whole",
      "1:some did not, or something failed",
      "2:wrong command line"
    })
public final class DemoCommand implements Callable<Integer> {
  /** Set by the launcher if standard output is a terminal. */
  private static final String TERMINAL = "tailrace.terminal";

  @Spec private CommandSpec spec;

  @Option(
      names = "--duration",
      description = "How long the shop sends, such as 60s or 5m; default: until Ctrl-C.")
  private String duration;

  @Option(
      names = "--rate",
      defaultValue = "2000",
      description = "Spans a second (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--errors",
      defaultValue = "0.02",
      description = "Share of traces with an error (default: ${DEFAULT-VALUE}).")
  private double errorShare;

  @Option(
      names = "--keyed",
      description = "Let the producer key by trace id: no shuffle (default: unkeyed).")
  private boolean keyed;

  @Option(
      names = "--plain",
      description = "A line every few seconds instead of a live view; for pipes and CI.")
  private boolean plain;

  @Option(
      names = "--kafka-port",
      defaultValue = "0",
      description = "The broker's port; 0: any free one (default).")
  private int kafkaPort;

  @Option(
      names = "--admin-port",
      defaultValue = "0",
      description = "Port of the first instance's /metrics and /health; 0: any free one (default).")
  private int adminPort;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The same seed makes the same traffic; 0: a new one each time (default).")
  private long seed;

  @Override
  public Integer call() throws InterruptedException {
    DemoOptions options =
        new DemoOptions(
            readDuration(),
            check(rate > 0, "--rate", rate, "> 0"),
            errorShare(),
            keyed,
            kafkaPort,
            adminPort,
            seed == 0 ? System.nanoTime() : seed);
    CountDownLatch closed = new CountDownLatch(1);
    boolean screen = !plain && Boolean.getBoolean(TERMINAL);
    DemoView view =
        screen
            ? new ScreenView(spec.commandLine().getOut())
            : new PlainView(spec.commandLine().getOut());
    Demo demo = new Demo(options, view);
    Thread hook =
        new Thread(
            () -> {
              demo.stop();
              awaitUninterruptibly(closed);
            });
    Runtime.getRuntime().addShutdownHook(hook);
    try (demo) {
      return demo.run() ? 0 : 1;
    } finally {
      closed.countDown();
    }
  }

  private double errorShare() {
    return check(errorShare >= 0 && errorShare <= 1, "--errors", errorShare, "0 to 1");
  }

  private <T> T check(boolean well, String name, T value, String expected) {
    if (!well) {
      throw new ParameterException(
          spec.commandLine(), name + ": " + value + " (expected: " + expected + ")");
    }
    return value;
  }

  private Duration readDuration() {
    if (duration == null) {
      return Duration.ofDays(365);
    }
    boolean well = duration.matches("[1-9][0-9]{0,6}[smh]");
    check(well, "--duration", duration, "a number of s, m or h, such as 60s");
    return Duration.parse("PT" + duration);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
