package io.tailrace.topology.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose telemetry it is.
 *
 * @param service what all of a fleet share
 * @param instance what tells them apart
 * @param version of the program; null if it is not known
 */
public record Origin(String service, String instance, String version) {
  /** As attributes of a resource. */
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
