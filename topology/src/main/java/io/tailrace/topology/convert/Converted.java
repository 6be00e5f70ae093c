package io.tailrace.topology.convert;

import java.util.List;

/**
 * Result of a conversion.
 *
 * @param text the document, in YAML
 * @param faults settings that the document does not express, one line each: {@code line N: path:
 *     why (replacement)}
 * @param notes facts about the document for users of the Collector; no loss
 */
public record Converted(String text, List<String> faults, List<String> notes) {
  public Converted {
    faults = List.copyOf(faults);
    notes = List.copyOf(notes);
  }
}
