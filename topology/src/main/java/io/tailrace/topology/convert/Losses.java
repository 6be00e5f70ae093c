package io.tailrace.topology.convert;

import io.tailrace.policies.document.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Collects what a conversion cannot express. Not thread-safe. */
final class Losses {
  final List<String> faults = new ArrayList<>();
  final List<String> notes = new ArrayList<>();

  /** Adds a fault. {@code why} ends with the replacement in parentheses. */
  void fault(Node at, String why) {
    faults.add(line(at, why));
  }

  void note(Node at, String what) {
    notes.add(line(at, what));
  }

  private static String line(Node at, String text) {
    return "line " + at.line() + ": " + at.path() + ": " + text;
  }

  /** Reports keys of a mapping that are not known. */
  void unknownKeys(Node mapping, Set<String> known) {
    if (mapping.present() && !mapping.isMapping()) {
      fault(mapping, mapping.shown() + " (expected: a mapping)");
    }
    for (String key : mapping.keys()) {
      if (!known.contains(key)) {
        Node entry = mapping.entry(key);
        fault(entry, "unknown setting (left out)");
      }
    }
  }
}
