package io.tailrace.topology.cli;

import io.tailrace.policies.document.GoDuration;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.PolicyFile;
import io.tailrace.topology.fleet.PolicyPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Publishes a policy file as policies, as shadow set, or as temporary policies. */
@Command(
    name = "publish",
    description =
        "Validate a policy file and publish it to the fleet. Instances apply it within two seconds.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:published; with --wait: applied by all instances",
      "1:not published; with --wait: not applied by the instances in the output",
      "2:invalid file, configuration or command line; nothing is published"
    })
final class PublishPoliciesCommand implements Runnable {
  private final InstantSource clock = InstantSource.system();

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;
  @Mixin private PublishOptions publishOptions;
  @ArgGroup private Manner manner = new Manner();

  @Parameters(paramLabel = "FILE")
  private Path file;

  /** Mode of the publication; at most one option. */
  private static final class Manner {
    @Option(
        names = "--shadow",
        description =
            "Publish as shadow set, which votes beside the active policies without effect on"
                + " decisions.")
    private boolean shadow;

    @Option(
        names = "--for",
        paramLabel = "DURATION",
        converter = Time.class,
        description =
            "Add the policies of the file to the active ones, or its rules in front of the active"
                + " ones, for this duration (such as 30m). They expire by themselves.")
    private @Nullable Duration time;
  }

  @Override
  public void run() {
    PolicyFile policies = PolicyFile.read(file, spec);
    TailraceConfig config = configOptions.read();
    if (manner.shadow) {
      publishOptions.publish(config, PolicyPlan.shadow(config, policies.text()));
    } else if (manner.time != null) {
      PolicyPlan plan = temporary(config, policies, manner.time);
      spec.commandLine().getOut().println(plan.comment());
      publishOptions.publish(config, plan);
    } else {
      publishOptions.publish(config, PolicyPlan.active(config, policies.text()));
    }
  }

  private PolicyPlan temporary(TailraceConfig config, PolicyFile policies, Duration time) {
    try {
      return PolicyPlan.temporary(config, policies.text(), time, clock.instant());
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()), e);
    }
  }

  private ParameterException wrong(String message, Exception cause) {
    return new ParameterException(spec.commandLine(), file + ": " + message, cause);
  }

  private static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      return GoDuration.parse(value)
          .filter(time -> time.toSeconds() > 0)
          .orElseThrow(
              () -> new TypeConversionException(value + " (expected: a duration such as 30m)"));
    }
  }
}
