package io.tailrace.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.config.TailraceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstanceLookupTest {
  private final List<String> notes = new ArrayList<>();
  private final InstanceLookup lookup =
      new InstanceLookup(
          TailraceConfig.read(
                  "admin: {host: 0.0.0.0, port: 9999}",
                  Map.of("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", "a:1"))
              .get(),
          notes::add);

  private static FleetStatus.Instance instance(String name, String admin) {
    return new FleetStatus.Instance(
        name,
        true,
        Optional.of(new InstanceStatus(name, "h", admin, "t", 1, List.of(), Map.of(), Map.of())));
  }

  @Test
  void asksThoseWithAnAddress() {
    List<FleetStatus.Instance> running =
        List.of(
            instance("t-1", "a:9095"),
            instance("t-2", ""),
            instance("of an earlier release", null),
            new FleetStatus.Instance("silent", true, Optional.empty()),
            instance("t-3", "b:9095"));

    assertThat(lookup.known(running)).containsExactly("a:9095", "b:9095");
    assertThat(notes).isEmpty();
  }

  @Test
  void asksTheOneInTheConfiguration_whileNoneHasReportedAnAddress() {
    assertThat(lookup.known(List.of(instance("of an earlier release", null), instance("t-2", ""))))
        .containsExactly("127.0.0.1:9999");
    assertThat(notes)
        .containsExactly(
            "topics.status: no address of an instance on tailrace_status (expected: reports of"
                + " running instances)");
  }

  @Test
  void asksNone_whereAdminPortsAreDisabled() {
    assertThat(lookup.known(List.of(instance("t-1", ""), instance("t-2", "")))).isEmpty();
    assertThat(notes)
        .containsExactly("admin.port: -1 in all instances (expected: a port, to ask them)");
  }

  @Test
  void saysThatNoneRuns() {
    assertThat(lookup.known(List.of())).isEmpty();
    assertThat(notes)
        .containsExactly(
            "application_id: tailrace: no instance is running (expected: one, with this"
                + " application_id)");
  }

  @Test
  void aStoppedInstanceIsNotAsked() {
    FleetStatus.Instance gone =
        new FleetStatus.Instance("t-1", false, instance("t-1", "a:9095").status());

    assertThat(InstanceLookup.addresses(List.of(gone, instance("t-2", "b:9095"))))
        .containsExactly("b:9095");
  }
}
