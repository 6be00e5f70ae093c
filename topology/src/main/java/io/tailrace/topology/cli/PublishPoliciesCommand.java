package io.tailrace.topology.cli;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.document.GoDuration;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.PolicyFile;
import io.tailrace.topology.fleet.PolicyTopic;
import io.tailrace.topology.fleet.PolicyVersions;
import io.tailrace.topology.fleet.PublishedPolicies;
import io.tailrace.topology.fleet.TemporaryPolicies;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
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

/**
 * Makes a policy file the fleet's policies, a shadow beside them, or a part of them for a while.
 */
@Command(
    name = "publish",
    description = "Check a policy file and make it the fleet's policies, within a second or two.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:published; with --wait: all instances judge by it",
      "1:not published; with --wait: not applied by all, and the output says by whom",
      "2:a wrong file, configuration or command line: nothing is published"
    })
final class PublishPoliciesCommand implements Runnable {
  private final InstantSource clock = InstantSource.system();

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;
  @Mixin private PublishOptions publishOptions;
  @ArgGroup private Manner manner = new Manner();

  @Parameters(paramLabel = "FILE")
  private Path file;

  /** How it is published; at most one of these. */
  private static final class Manner {
    @Option(
        names = "--shadow",
        description =
            "As a shadow set: it votes beside the policies that hold and is counted, and changes"
                + " nothing.")
    private boolean shadow;

    @Option(
        names = "--for",
        paramLabel = "DURATION",
        converter = Time.class,
        description =
            "Add the file's policies to those that hold now, for so long (such as 30m): then they"
                + " end by themselves.")
    private Duration time;
  }

  @Override
  public void run() {
    PolicyFile policies = PolicyFile.read(file, spec);
    TailraceConfig config = configOptions.read();
    String name = config.get(Settings.POLICIES_NAME);
    if (manner.shadow) {
      publishOptions.publish(config, PolicyTopic.shadowKey(name), policies.text(), null);
    } else if (manner.time != null) {
      Instant now = clock.instant();
      Instant end = now.plus(manner.time).truncatedTo(ChronoUnit.SECONDS);
      String names = String.join(", ", policies.set().policyNames());
      String text = withTemporary(config, name, policies, end, now);
      spec.commandLine().getOut().printf("until %s: %s%n", end, names);
      publishOptions.publish(config, name, text, "until " + end + ": " + names);
    } else {
      publishOptions.publish(config, name, policies.text(), null);
    }
  }

  private String withTemporary(
      TailraceConfig config, String name, PolicyFile policies, Instant end, Instant now) {
    String current =
        PolicyVersions.read(config, name)
            .active()
            .map(PublishedPolicies::document)
            .orElseThrow(
                () ->
                    new StartException(
                        "no policies are published as %s (expected: some, to which --for adds)"
                            .formatted(name)));
    String text;
    try {
      text = TemporaryPolicies.added(current, policies.text(), end, now);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage(), e);
    }
    Validation<Seq<Fault>, PolicySet> all = PolicySet.parse(text);
    if (all.isInvalid()) {
      String faults = all.getError().map(fault -> "\n  " + fault.message()).mkString();
      throw wrong("with those that hold now:" + faults, null);
    }
    return text;
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
