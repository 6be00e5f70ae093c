package io.tailrace.topology.cli;

import io.tailrace.topology.config.StartException;
import io.tailrace.topology.instance.BuildVersion;
import io.tailrace.topology.instance.JavaLogging;
import io.tailrace.topology.kafka.KafkaFaults;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The main command. */
@Command(
    name = "tailrace",
    description = "A tail sampler for OpenTelemetry traces on Kafka Streams.",
    mixinStandardHelpOptions = true,
    versionProvider = TailraceCommand.Version.class,
    subcommands = {
      RunCommand.class,
      GatewayCommand.class,
      PoliciesCommand.class,
      SimulateCommand.class,
      ExplainCommand.class,
      KeepCommand.class,
      TailCommand.class,
      TopCommand.class,
      SourcesOnlyCommand.Demo.class,
      SourcesOnlyCommand.Generate.class,
      SourcesOnlyCommand.Bench.class
    })
public final class TailraceCommand implements Callable<Integer> {
  /** Variable of logback.xml. */
  private static final String LOG_LEVEL = "TAILRACE_LOG_LEVEL";

  /** Variable of logback.xml: name of its appender. */
  private static final String LOG_FORMAT = "TAILRACE_LOG_FORMAT";

  private static final Set<String> LOG_FORMATS = Set.of("text", "json");

  private static final Set<String> SERVERS = Set.of("run", "gateway");

  @Spec private CommandSpec spec;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    String format = System.getenv().getOrDefault(LOG_FORMAT, "text");
    if (!LOG_FORMATS.contains(format)) {
      System.err.println(LOG_FORMAT + ": " + format + " (expected: text or json)");
      System.exit(CommandLine.ExitCode.USAGE);
    }
    logFor(args);
    JavaLogging.toOurs();
    System.exit(commandLine().execute(args));
  }

  /**
   * Sets the log level of the command, unless the environment does. INFO lines of servers are noise
   * beside the output of other commands. Must be called before the first log line.
   */
  public static void logFor(String[] args) {
    boolean isServer = args.length > 0 && SERVERS.contains(args[0]);
    if (!isServer && System.getenv(LOG_LEVEL) == null && System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "WARN");
    }
  }

  /** Creates the command with its subcommands. Callers can add more. */
  public static CommandLine commandLine() {
    return new CommandLine(new TailraceCommand())
        .setExecutionStrategy(Faults::execute)
        .setParameterExceptionHandler(Faults::ofCommandLine)
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              Exception told = e instanceof KafkaException kafka ? KafkaFaults.atStart(kafka) : e;
              if (!(told instanceof StartException)) {
                throw e;
              }
              command.getErr().println(told.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Integer call() {
    return Faults.noCommand(spec.commandLine());
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tailrace " + BuildVersion.get().orElse("(not packaged)")};
    }
  }
}
