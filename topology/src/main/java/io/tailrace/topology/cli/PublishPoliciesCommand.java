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
                        "no policies are published as %s (expected: policies to which --for can add)"
                            .formatted(name)));
    String text;
    try {
      text = TemporaryPolicies.added(current, policies.text(), end, now);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()), e);
    }
    Validation<Seq<Fault>, PolicySet> all = PolicySet.parse(text);
    if (all.isInvalid()) {
      String faults = all.getError().map(fault -> "\n  " + fault.message()).mkString();
      throw wrong("combined with the active policies:" + faults, null);
    }
    return text;
  }

  private ParameterException wrong(String message, @Nullable Exception cause) {
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
