package io.tailrace.topology.instance;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.telemetry.Destination;
import io.tailrace.topology.telemetry.Origin;
import io.tailrace.topology.telemetry.Telemetry;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/** Optional OTLP export of metrics and due rounds. */
final class OwnTelemetry implements AutoCloseable {
  private final Optional<Telemetry> telemetry;

  private OwnTelemetry(Optional<Telemetry> telemetry) {
    this.telemetry = telemetry;
  }

  static OwnTelemetry ofInstance(TailraceConfig config, String instance) {
    return of(config, config.get(Settings.TELEMETRY_SERVICE), instance);
  }

  static OwnTelemetry ofGateway(TailraceConfig config, String instance) {
    return of(config, config.get(Settings.TELEMETRY_SERVICE) + "-gateway", instance);
  }

  private static OwnTelemetry of(TailraceConfig config, String service, String instance) {
    Optional<URI> endpoint = config.get(Settings.TELEMETRY_ENDPOINT);
    Origin origin = new Origin(service, instance, BuildVersion.get().orElse(null));
    return new OwnTelemetry(
        endpoint.map(
            uri ->
                Telemetry.start(
                    new Destination(
                        uri,
                        config.get(Settings.TELEMETRY_HEADERS),
                        config.get(Settings.TELEMETRY_INTERVAL)),
                    origin,
                    InstantSource.system())));
  }

  /** Returns the registry for meters that are exported and also on the given registry. */
  MeterRegistry beside(MeterRegistry local) {
    return telemetry
        .<MeterRegistry>map(
            t -> new CompositeMeterRegistry(Clock.SYSTEM, List.of(local, t.registry())))
        .orElse(local);
  }

  /** Returns the sinks for due rounds by source partition. */
  Function<TopicPartition, RoundSink> roundSinks() {
    return telemetry
        .<Function<TopicPartition, RoundSink>>map(
            t ->
                source ->
                    new RoundTally(source, t.rounds(), InstantSource.system(), System::nanoTime))
        .orElse(source -> RoundSink.NONE);
  }

  @Override
  public void close() {
    telemetry.ifPresent(Telemetry::close);
  }
}
