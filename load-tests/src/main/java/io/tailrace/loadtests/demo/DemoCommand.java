package io.tailrace.loadtests.demo;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Demonstrates Tailrace with an embedded broker and a simulated shop. */
@Command(
    name = "demo",
    description = "Run a broker, a simulated shop and two instances with a live view.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every error trace was exported completely",
      "1:an error trace is missing or incomplete, or a failure occurred",
      "2:invalid command line"
    })
public final class DemoCommand implements Callable<Integer> {
  /** Set by the launcher if standard output is a terminal. */
  private static final String TERMINAL = "tailrace.terminal";

  @Spec private CommandSpec spec;

  @Option(
      names = "--duration",
      description = "Duration of the traffic, such as 60s or 5m; default: until Ctrl-C.")
  private String duration;

  @Option(
      names = "--rate",
      defaultValue = "2000",
      description = "Spans per second (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--errors",
      defaultValue = "0.02",
      description = "Share of traces with an error (default: ${DEFAULT-VALUE}).")
  private double errorShare;

  @Option(
      names = "--keyed",
      description = "Key records by trace ID, without shuffle (default: unkeyed).")
  private boolean keyed;

  @Option(
      names = "--plain",
      description = "Print a line every few seconds instead of a live view; for pipes and CI.")
  private boolean plain;

  @Option(
      names = "--kafka-port",
      defaultValue = "0",
      description = "Port of the broker; 0: any free port (default).")
  private int kafkaPort;

  @Option(
      names = "--admin-port",
      defaultValue = "0",
      description = "Admin port of the first instance; 0: any free port (default).")
  private int adminPort;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of the traffic; 0: a new one each time (default).")
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
