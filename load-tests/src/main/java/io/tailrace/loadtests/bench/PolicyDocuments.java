package io.tailrace.loadtests.bench;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Measured policies: one document per kind, and a whole Collector configuration. */
final class PolicyDocuments {
  /** Sorted names of the documents. */
  static final List<String> NAMES =
      List.of(
          "always_sample",
          "and",
          "boolean_attribute",
          "bytes_limiting",
          "collector-config",
          "composite",
          "drop",
          "latency",
          "not",
          "numeric_attribute",
          "ottl_condition",
          "ottl_condition-events",
          "probabilistic",
          "rate_limiting",
          "span_count",
          "status_code",
          "string_attribute",
          "string_attribute-regex",
          "trace_flags",
          "trace_state");

  private PolicyDocuments() {}

  static PolicySet read(String name) {
    Validation<Seq<Fault>, PolicySet> set = PolicySet.parse(text(name));
    if (set.isInvalid()) {
      throw new IllegalStateException(
          name + ".yaml:" + set.getError().map(fault -> "\n  " + fault.message()).mkString());
    }
    return set.get();
  }

  static String text(String name) {
    try (InputStream document =
        PolicyDocuments.class.getResourceAsStream("policies/" + name + ".yaml")) {
      return new String(document.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
