package io.tailrace.topology.cli;

import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.PolicyPlan;
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
    PolicyPlan.promotion(config).forEach(plan -> publishOptions.publish(config, plan));
  }
}
