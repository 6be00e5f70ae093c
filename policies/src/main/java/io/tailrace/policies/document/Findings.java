package io.tailrace.policies.document;

import java.util.ArrayList;
import java.util.List;

/** Faults and warnings of one document. */
final class Findings {
  /** Limit for files that are not policy documents. */
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
