package io.tailrace.topology.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Origin of telemetry.
 *
 * @param service name shared by all instances of a fleet
 * @param instance unique id of the instance
 * @param version version of the program; null if unknown
 */
public record Origin(String service, String instance, @Nullable String version) {
  /** Returns the origin as resource attributes. */
  Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("service.name", service);
    attributes.put("service.instance.id", instance);
    if (version != null) {
      attributes.put("service.version", version);
    }
    return attributes;
  }
}
