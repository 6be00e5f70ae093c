package io.tailrace.topology.fleet;

import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.text.PlainText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Status of one policy set in one instance, for display.
 *
 * @param admin address of its admin server; null if unknown or none
 * @param set key of the policy set; null if the instance has not reported
 * @param state {@code alive}, {@code silent} (alive, but without a report) or {@code gone}
 * @param applied null if unknown, or if the instance has no task with a known log time
 * @param accepted scheduled version, if not applied; null if unknown
 * @param refused null if the newest document is not refused
 */
public record FleetLine(
    String instance,
    @Nullable String host,
    @Nullable String admin,
    @Nullable String set,
    String state,
    InstanceStatus.@Nullable Applied applied,
    InstanceStatus.@Nullable Accepted accepted,
    InstanceStatus.@Nullable Refused refused) {
  static final String ALIVE = "alive";
  static final String SILENT = "silent";
  public static final String GONE = "gone";

  public static List<FleetLine> of(List<FleetStatus.Instance> instances) {
    List<FleetLine> lines = new ArrayList<>();
    for (FleetStatus.Instance instance : instances) {
      if (instance.status().isEmpty()) {
        lines.add(new FleetLine(instance.name(), null, null, null, SILENT, null, null, null));
      } else {
        add(instance.name(), instance.isAlive() ? ALIVE : GONE, instance.status().get(), lines);
      }
    }
    return lines;
  }

  private static void add(String name, String state, InstanceStatus status, List<FleetLine> to) {
    for (Map.Entry<String, InstanceStatus.OfSet> set : status.sets().entrySet()) {
      InstanceStatus.OfSet of = set.getValue();
      to.add(
          new FleetLine(
              name,
              status.host(),
              status.adminAddress().orElse(null),
              set.getKey(),
              state,
              of.applied(),
              of.accepted(),
              of.refused()));
    }
  }

  public FleetLine gone() {
    return new FleetLine(instance, host, admin, set, GONE, applied, accepted, refused);
  }

  public String json() {
    return new String(JsonRecords.bytes(this), StandardCharsets.UTF_8);
  }

  public String[] cells() {
    return new String[] {
      PlainText.line(instance),
      PlainText.orDash(host),
      PlainText.orDash(admin),
      PlainText.orDash(set),
      state,
      applied == null ? "-" : Long.toString(applied.version()),
      applied == null ? "-" : applied.since(),
      accepted == null || isApplied(accepted) ? "-" : Long.toString(accepted.version()),
      refused == null
          ? "-"
          : refused.version() + ": " + PlainText.line(String.join("; ", refused.faults()))
    };
  }

  private boolean isApplied(InstanceStatus.Accepted version) {
    return applied != null && applied.version() == version.version();
  }

  public String text() {
    return String.join("  ", cells());
  }
}
