package io.tailrace.topology.cli;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.PolicyTopic;
import io.tailrace.topology.fleet.PolicyVersions;
import io.tailrace.topology.fleet.PublishedPolicies;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Activates the shadow set. */
@Command(
    name = "promote",
    description = "Activate the shadow set as the policies of the fleet and remove it as shadow.",
    mixinStandardHelpOptions = true)
final class PromotePoliciesCommand implements Runnable {
  @Mixin private ConfigOptions configOptions;
  @Mixin private PublishOptions publishOptions;

  @Override
  public void run() {
    TailraceConfig config = configOptions.read();
    String name = config.get(Settings.POLICIES_NAME);
    String key = PolicyTopic.shadowKey(name);
    PublishedPolicies shadow =
        PolicyVersions.read(config, key)
            .active()
            .filter(published -> published.document() != null)
            .orElseThrow(
                () ->
                    new StartException(
                        "no shadow set is published as %s (expected: one from publish --shadow)"
                            .formatted(key)));
    String comment = "promote version %d of %s".formatted(shadow.version(), key);
    publishOptions.publish(config, name, shadow.document(), comment);
    publishOptions.publish(config, key, null, comment); // last: a remaining shadow set is harmless
  }
}
