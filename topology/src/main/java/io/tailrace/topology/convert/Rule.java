package io.tailrace.topology.convert;

import java.util.List;

/**
 * One rule of the document.
 *
 * @param comment source of the rule
 * @param conditions OTTL conditions; empty for a rule that matches all traces
 * @param sampler lines of the sampler mapping, such as {@code type: always_sample}
 */
record Rule(
    String name, String comment, List<String> conditions, boolean sameSpan, List<String> sampler) {
  static final List<String> KEEP = List.of("type: always_sample");
}
