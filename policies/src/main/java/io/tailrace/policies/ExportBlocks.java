package io.tailrace.policies;

import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.export.ExportRules;
import io.tailrace.policies.export.FilterReader;
import io.tailrace.policies.export.Redaction;
import io.tailrace.policies.export.RedactionReader;
import io.tailrace.policies.export.SpanFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The blocks of the Collector's {@code filter} and {@code redaction} processors in a document, by
 * key, in the order in which they apply.
 *
 * @param areWithin whether they are keys of the sampling block, in a document without sections
 */
record ExportBlocks(Map<String, Node> blocks, boolean areWithin) {
  private static final String FILTER = "filter";
  private static final String REDACTION = "redaction";
  private static final String TRACES = "traces";

  /** Returns those of a document that consists of a sampling block. */
  static ExportBlocks within(Node block) {
    Map<String, Node> found = new LinkedHashMap<>();
    collect(block, found);
    return new ExportBlocks(found, true);
  }

  /** Returns those on top of a document and below {@code processors}. */
  static ExportBlocks beside(Node root) {
    Map<String, Node> found = new LinkedHashMap<>();
    for (String key : root.keys()) {
      if (isExport(key)) {
        add(key, root.entry(key), found);
      } else if (key.equals("processors")) {
        collect(root.entry(key), found);
      }
    }
    Node pipelines = root.entry("service").entry("pipelines");
    boolean counts = !found.isEmpty() && pipelines.present();
    return new ExportBlocks(counts ? used(found, pipelines) : found, false);
  }

  private static void collect(Node mapping, Map<String, Node> found) {
    for (String key : mapping.keys()) {
      if (isExport(key)) {
        add(key, mapping.entry(key), found);
      }
    }
  }

  private static void add(String key, Node block, Map<String, Node> found) {
    Node other = found.putIfAbsent(key, block);
    if (other != null) {
      block.fault("a unique name, " + other.path() + " has the same");
    }
  }

  /** Returns the blocks that a pipeline for traces has, in its order. */
  private static Map<String, Node> used(Map<String, Node> found, Node pipelines) {
    Map<String, Node> used = new LinkedHashMap<>();
    if (pipelines.keys().isEmpty()) {
      pipelines.fault("a mapping of pipelines, which tell which blocks are used");
    }
    for (String pipeline : pipelines.keys()) {
      if (!SamplingBlock.isBlock(pipeline, TRACES)) {
        continue;
      }
      Node settings = pipelines.entry(pipeline);
      if (settings.refersToEnvironment()) {
        settings.fault("no environment references, as it tells which blocks are used");
        continue;
      }
      for (Node name : settings.entry("processors").texts()) {
        Node block = found.get(name.string(""));
        if (block != null) {
          used.putIfAbsent(name.string(""), block);
        }
      }
    }
    found.forEach(
        (key, block) -> {
          if (!used.containsKey(key)) {
            block.warn("not used, as no pipeline for traces has it");
          }
        });
    return used;
  }

  private static boolean isExport(String key) {
    return SamplingBlock.isBlock(key, FILTER) || SamplingBlock.isBlock(key, REDACTION);
  }

  /** Accepts the keys of these blocks in a mapping. */
  static void markKnown(MappingReader mapping) {
    mapping.keys().stream().filter(ExportBlocks::isExport).forEach(mapping::get);
  }

  ExportBlocks expanded(Environment environment) {
    Map<String, Node> expanded = new LinkedHashMap<>();
    blocks.forEach((key, block) -> expanded.put(key, block.expanded(environment)));
    return new ExportBlocks(expanded, areWithin);
  }

  boolean refersToEnvironment() {
    return blocks.values().stream().anyMatch(Node::refersToEnvironment);
  }

  /** Reads all blocks. Filters come before redactions, each in the order of the document. */
  ExportRules read() {
    FilterReader filterReader = new FilterReader();
    RedactionReader redactionReader = new RedactionReader();
    List<SpanFilter> filters = new ArrayList<>();
    List<Redaction> redactions = new ArrayList<>();
    blocks.forEach(
        (key, block) -> {
          if (SamplingBlock.isBlock(key, FILTER)) {
            filterReader.read(key, block).filter(SpanFilter::isUsed).ifPresent(filters::add);
          } else {
            redactionReader.read(key, block).ifPresent(redactions::add);
          }
        });
    return filters.isEmpty() && redactions.isEmpty()
        ? ExportRules.NONE
        : new ExportRules(filters, redactions);
  }
}
