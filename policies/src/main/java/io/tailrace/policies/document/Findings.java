package io.tailrace.policies.document;

import java.util.ArrayList;
import java.util.List;

/** What was found while one document was read. */
final class Findings {
  /** A document with more faults than this is not the one its author meant to send. */
  static final int MAX_FAULTS = 200;

  private final List<Fault> faults = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  void fault(Fault fault) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(fault);
    }
  }

  void warning(String warning) {
    if (warnings.size() < MAX_FAULTS) {
      warnings.add(warning);
    }
  }

  List<Fault> faults() {
    return faults;
  }

  List<String> warnings() {
    return warnings;
  }
}
