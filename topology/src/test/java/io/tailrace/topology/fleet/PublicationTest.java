package io.tailrace.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.fleet.InstanceStatus.Accepted;
import io.tailrace.topology.fleet.InstanceStatus.Applied;
import io.tailrace.topology.fleet.InstanceStatus.OfSet;
import io.tailrace.topology.fleet.InstanceStatus.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublicationTest {
  private static final Publication VERSION_7 = new Publication("default", 7);

  private static Publication.Progress progress(Long applied, long accepted, Long refused) {
    OfSet set =
        new OfSet(
            new Accepted(accepted, "t"),
            applied == null ? null : new Applied(applied, "t"),
            refused == null ? null : new Refused(refused, "t", List.of("fault")));
    InstanceStatus status =
        new InstanceStatus("a", "h", null, "t", 1, List.of(), Map.of(), Map.of("default", set));
    return VERSION_7.progress(new FleetStatus.Instance("a", true, Optional.of(status)));
  }

  @Test
  void isAppliedOnceEveryTaskJudgesByIt() {
    assertThat(progress(3L, 3, null)).isEqualTo(Publication.Progress.SILENT);
    assertThat(progress(3L, 7, null)).isEqualTo(Publication.Progress.SCHEDULED);
    assertThat(progress(7L, 7, null)).isEqualTo(Publication.Progress.APPLIED);
    assertThat(progress(null, 7, null))
        .as("no task to judge")
        .isEqualTo(Publication.Progress.APPLIED);
  }

  @Test
  void aRefusalIsToldApartFromThatOfAnotherVersion() {
    assertThat(progress(3L, 3, 7L)).isEqualTo(Publication.Progress.REFUSED);
    assertThat(progress(3L, 3, 6L)).isEqualTo(Publication.Progress.SILENT);
    assertThat(progress(7L, 7, 8L)).isEqualTo(Publication.Progress.APPLIED);
    assertThat(progress(3L, 3, 8L)).isEqualTo(Publication.Progress.SUPERSEDED);
  }

  @Test
  void aNewerVersionTakesItsPlace() {
    assertThat(progress(7L, 8, null)).isEqualTo(Publication.Progress.SUPERSEDED);
  }

  @Test
  void anInstanceThatSaysNothingOfTheSetIsSilent() {
    InstanceStatus status =
        new InstanceStatus("a", "h", null, "t", 1, List.of(), Map.of(), Map.of());
    assertThat(VERSION_7.progress(new FleetStatus.Instance("a", true, Optional.of(status))))
        .isEqualTo(Publication.Progress.SILENT);
    assertThat(VERSION_7.progress(new FleetStatus.Instance("a", true, Optional.empty())))
        .isEqualTo(Publication.Progress.SILENT);
  }

  @Test
  void membersOfTheGroupAreToldApartByTheirClientIds() {
    assertThat(FleetStatus.instanceOf("tailrace-1a2b3c4d-StreamThread-12-consumer"))
        .isEqualTo("tailrace-1a2b3c4d");
    assertThat(FleetStatus.instanceOf("something-else")).isEqualTo("something-else");
  }
}
