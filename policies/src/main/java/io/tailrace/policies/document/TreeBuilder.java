package io.tailrace.policies.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Builds the tree of a document from parser events. The parser's own composer recurses without a
 * limit and shares aliased nodes, so a short text could exhaust the stack or the time of a tree
 * traversal.
 */
final class TreeBuilder {
  static final int MAX_CHARS = 1 << 20;
  static final int MAX_DEPTH = 64;

  /** Merge key of YAML 1.1, which Collector documents use. */
  private static final String MERGE = "<<";

  /** Limit after expansion of aliases. */
  static final int MAX_NODES = 100_000;

  private final Findings findings;
  private final Map<Anchor, Node> anchors = new HashMap<>();
  private Iterator<Event> events = List.<Event>of().iterator();
  private int nodes;

  TreeBuilder(Findings findings) {
    this.findings = findings;
  }

  /** Builds the tree. Empty if the text cannot be parsed. A duplicate key keeps its first value. */
  Optional<Node> build(String text) {
    if (text.length() > MAX_CHARS) {
      note("a text of " + text.length() + " chars", "at most " + MAX_CHARS + " chars", 0);
      return Optional.empty();
    }
    try {
      LoadSettings settings = LoadSettings.builder().setCodePointLimit(MAX_CHARS).build();
      events = new Parse(settings).parseString(text).iterator();
      return Optional.of(document());
    } catch (RefusedException refused) {
      note(refused.value, refused.expected, refused.line);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      note(Shown.quoted(String.valueOf(e.getProblem())), "YAML 1.2 or JSON", line);
    } catch (RuntimeException e) { // the parser also throws others on malformed input
      note(Shown.quoted(String.valueOf(e.getMessage())), "YAML 1.2 or JSON", 0);
    }
    return Optional.empty();
  }

  private Node document() {
    events.next(); // stream start
    Event first = events.next();
    if (first.getEventId() == Event.ID.StreamEnd) {
      throw new RefusedException("an empty text", "a document", 0);
    }
    Node root = node(events.next(), Place.ROOT, 0);
    events.next(); // document end
    Event next = events.next();
    if (next.getEventId() != Event.ID.StreamEnd) {
      throw new RefusedException("a second document", "one document", line(next));
    }
    return root;
  }

  private Node node(Event event, Place place, int depth) {
    if (depth > MAX_DEPTH) {
      throw new RefusedException("deeper nesting", "at most " + MAX_DEPTH + " levels", line(event));
    }
    count(1, event);
    return switch (event.getEventId()) {
      case Alias -> alias((AliasEvent) event, place, depth);
      case Scalar -> anchored(event, Node.scalar(findings, place, line(event), scalar(event)));
      case SequenceStart -> list(event, place, depth);
      case MappingStart -> mapping(event, place, depth);
      default -> throw new RefusedException(event.toString(), "a value", line(event));
    };
  }

  private Node list(Event start, Place place, int depth) {
    List<Node> items = new ArrayList<>();
    Node list = Node.list(findings, place, line(start), items);
    for (Event next = events.next();
        next.getEventId() != Event.ID.SequenceEnd;
        next = events.next()) {
      items.add(node(next, Place.item(list, items.size()), depth + 1));
    }
    return anchored(start, list);
  }

  private Node mapping(Event start, Place place, int depth) {
    Map<String, Node> entries = new LinkedHashMap<>();
    Node mapping = Node.mapping(findings, place, line(start), entries);
    List<Node> merged = new ArrayList<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.MappingEnd;
        next = events.next()) {
      String key = key(next);
      if (key.equals(MERGE) && ((ScalarEvent) next).isPlain()) {
        merged.add(node(events.next(), Place.entry(mapping, key), depth + 1));
        continue;
      }
      Node value = node(events.next(), Place.entry(mapping, key), depth + 1);
      if (entries.putIfAbsent(key, value) != null) {
        findings.fault(new Fault(value.path(), "a second value", "each key once", line(next)));
      }
    }
    merged.forEach(other -> merge(other, mapping, entries, depth, start));
    return anchored(start, mapping);
  }

  /** Adds entries of other mappings whose keys the mapping does not have. */
  private void merge(Node other, Node mapping, Map<String, Node> entries, int depth, Event start) {
    if (!other.isMapping() && !other.isList()) {
      throw new RefusedException(
          other.shown(), "a mapping, or a list of some, to merge", other.line());
    }
    other.items().forEach(item -> merge(mappingOf(item), mapping, entries, depth, start));
    for (String key : other.keys()) {
      if (!entries.containsKey(key)) {
        entries.put(key, copy(other.entry(key), Place.entry(mapping, key), depth + 1, start));
      }
    }
  }

  private static Node mappingOf(Node item) {
    if (!item.isMapping()) {
      throw new RefusedException(item.shown(), "a mapping to merge", item.line());
    }
    return item;
  }

  private String key(Event event) {
    count(1, event);
    if (event instanceof ScalarEvent scalar && scalar.getAnchor().isEmpty()) {
      return scalar.getValue();
    }
    throw new RefusedException("a key that is not a scalar", "a scalar key", line(event));
  }

  private Node alias(AliasEvent event, Place place, int depth) {
    Node target = anchors.get(event.getAlias());
    if (target == null) { // also an alias inside its own anchor
      String name = "*" + event.getAlias();
      throw new RefusedException(Shown.quoted(name), "an anchor before it", line(event));
    }
    return copy(target, place, depth, event);
  }

  private Node copy(Node node, Place place, int depth, Event alias) {
    if (depth > MAX_DEPTH) {
      throw new RefusedException("deeper nesting", "at most " + MAX_DEPTH + " levels", line(alias));
    }
    count(1, alias);
    return node.copy(place, (child, at) -> copy(child, at, depth + 1, alias));
  }

  private Node anchored(Event event, Node node) {
    ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    return node;
  }

  private static Scalar scalar(Event event) {
    ScalarEvent scalar = (ScalarEvent) event;
    return Scalar.resolve(scalar.getValue(), scalar.isPlain(), scalar.getTag().orElse(""));
  }

  private void count(int more, Event event) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw new RefusedException(
          "a larger document", "at most " + MAX_NODES + " nodes", line(event));
    }
  }

  private void note(String value, String expected, int line) {
    findings.fault(new Fault(Place.ROOT.path(), value, expected, line));
  }

  private static int line(Event event) {
    return event.getStartMark().map(Mark::getLine).orElse(-1) + 1;
  }

  /** Aborts the build. */
  private static final class RefusedException extends RuntimeException {
    final String value;
    final String expected;
    final int line;

    RefusedException(String value, String expected, int line) {
      super(value, null, false, false);
      this.value = value;
      this.expected = expected;
      this.line = line;
    }
  }
}
