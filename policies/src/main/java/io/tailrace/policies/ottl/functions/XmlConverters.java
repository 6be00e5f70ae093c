package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Parameter;
import io.tailrace.policies.ottl.values.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions on XML. */
final class XmlConverters {
  private static final XmlPath ALL_ATTRIBUTES = XmlPath.of("//@*");
  private static final XmlPath ALL = XmlPath.of("/");

  private static final Parameter.Preparation NAME =
      (text, regexes, fault) -> {
        fault.accept("the name of an element");
        return text.matches("[\\p{L}_][\\p{L}\\p{N}_.-]{0,99}") ? text : null;
      };

  private XmlConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("ParseXML")
            .takes("target", STRING)
            .gives(Type.MAP, (a, f) -> parsed(XmlReader.read((String) a[0], f))),
        Converter.named("ParseSimplifiedXML")
            .takes("target", STRING)
            .gives(Type.MAP, (a, f) -> simplified(XmlReader.read((String) a[0], f))),
        Converter.named("GetXML")
            .takes("target", STRING)
            .takesFixed("xpath", XmlPath.PREPARATION)
            .gives(Type.STRING, (a, f) -> get((String) a[0], (XmlPath) a[1], f)),
        Converter.named("RemoveXML")
            .takes("target", STRING)
            .takesFixed("xpath", XmlPath.PREPARATION)
            .gives(Type.STRING, (a, f) -> remove((String) a[0], (XmlPath) a[1], f)),
        Converter.named("InsertXML")
            .takes("target", STRING)
            .takesFixed("xpath", XmlPath.PREPARATION)
            .takes("sub_document", STRING)
            .gives(Type.STRING, (a, f) -> insert((String) a[0], (XmlPath) a[1], (String) a[2], f)),
        Converter.named("ConvertAttributesToElementsXML")
            .takes("target", STRING)
            .optionallyFixed("xpath", XmlPath.PREPARATION)
            .gives(Type.STRING, (a, f) -> convertAttributes((String) a[0], (XmlPath) a[1], f)),
        Converter.named("ConvertTextToElementsXML")
            .takes("target", STRING)
            .optionallyFixed("xpath", XmlPath.PREPARATION)
            .optionallyFixed("element_name", NAME)
            .gives(
                Type.STRING,
                (a, f) -> convertText((String) a[0], (XmlPath) a[1], (String) a[2], f)));
  }

  private static String get(String target, XmlPath path, Frame frame) {
    List<XmlNode> selected = path.select(XmlReader.readOrEmpty(target, frame));
    XmlNode result = XmlNode.document(frame);
    for (XmlNode node : selected) {
      switch (node.kind) {
        case ELEMENT, TEXT -> result.children.add(node);
        case ATTRIBUTE, CDATA -> result.child(XmlNode.Kind.TEXT, "", node.value);
        default -> {}
      }
    }
    return XmlWriter.write(result.children, frame);
  }

  private static String remove(String target, XmlPath path, Frame frame) {
    XmlNode document = XmlReader.readOrEmpty(target, frame);
    for (XmlNode node : path.select(document)) {
      if (node.parent != null && node.kind != XmlNode.Kind.INSTRUCTION) {
        node.remove();
      }
    }
    return XmlWriter.write(document.children, frame);
  }

  private static String insert(String target, XmlPath path, String subDocument, Frame frame) {
    XmlNode document = XmlReader.readOrEmpty(target, frame);
    List<XmlNode> inserted = XmlReader.read(subDocument, frame).children;
    for (XmlNode node : path.select(document)) {
      if (!node.canHaveChildren()) {
        throw new EvaluationException("an insertion into what is no element");
      }
      frame.charge(inserted.size());
      node.children.addAll(inserted);
    }
    return XmlWriter.write(document.children, frame);
  }

  private static String convertAttributes(String target, @Nullable XmlPath path, Frame frame) {
    XmlNode document = XmlReader.read(target, frame);
    for (XmlNode node : (path == null ? ALL_ATTRIBUTES : path).select(document)) {
      XmlNode parent = node.parent;
      if (parent != null && node.kind == XmlNode.Kind.ATTRIBUTE) {
        parent.children.add(node.wrapped(node.localName()));
        node.remove();
      }
    }
    return XmlWriter.write(document.children, frame);
  }

  private static String convertText(String target, XmlPath path, String element, Frame frame) {
    XmlNode document = XmlReader.read(target, frame);
    for (XmlNode node : (path == null ? ALL : path).select(document)) {
      wrapText(node, element == null ? "value" : element);
    }
    return XmlWriter.write(document.children, frame);
  }

  /** Wraps text in an element if it has siblings. */
  private static void wrapText(XmlNode parent, String element) {
    int texts = 0;
    int elements = 0;
    for (XmlNode child : parent.children) {
      parent.frame.charge(1);
      texts += child.kind == XmlNode.Kind.TEXT ? 1 : 0;
      elements += child.isElement() ? 1 : 0;
      if (child.isElement()) {
        wrapText(child, element);
      }
    }
    for (XmlNode child : parent.children) {
      if (child.kind == XmlNode.Kind.TEXT && texts + elements > 1) {
        child.replaceBy(List.of(child.wrapped(element)));
      }
    }
  }

  /** Converts the single root. Nothing may follow it, not even whitespace. */
  private static Map<String, Object> parsed(XmlNode document) {
    int elements = 0;
    for (XmlNode child : document.children) {
      elements += child.isElement() ? 1 : 0;
    }
    int last = document.children.size() - 1;
    if (elements != 1 || !document.children.get(last).isElement()) {
      throw new EvaluationException("XML with more than one root, or something after it");
    }
    return element(document.children.get(last));
  }

  private static Map<String, Object> element(XmlNode node) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("tag", node.localName());
    StringBuilder content = new StringBuilder();
    List<Object> children = new ArrayList<>();
    for (XmlNode child : node.children) {
      if (child.isText()) {
        content.append(child.value.strip());
      } else if (child.isElement()) {
        children.add(element(child));
      }
    }
    if (content.length() > 0) {
      map.put("content", content.toString());
    }
    if (!node.attributes.isEmpty()) {
      Map<String, Object> attributes = new LinkedHashMap<>();
      node.attributes.forEach(a -> attributes.put(a.localName(), a.value));
      map.put("attributes", attributes);
    }
    if (!children.isEmpty()) {
      map.put("children", children);
    }
    return map;
  }

  /**
   * Returns elements by name, with a list for a repeated name. Returns text only if there are no
   * elements.
   */
  private static Map<String, Object> simplified(XmlNode parent) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (XmlNode child : parent.children) {
      if (child.isElement()) {
        counts.merge(child.localName(), 1, Integer::sum);
      }
    }
    Map<String, Object> map = new LinkedHashMap<>();
    Map<String, List<Object>> lists = new LinkedHashMap<>();
    for (XmlNode child : parent.children) {
      if (!child.isElement() || child.children.isEmpty()) {
        continue;
      }
      String name = child.localName();
      Object value = leafOrMap(child);
      if (counts.getOrDefault(name, 0) > 1) {
        List<Object> list = lists.computeIfAbsent(name, absent -> new ArrayList<>());
        map.put(name, list);
        if (value != null) {
          list.add(value);
        }
      } else if (value != null) {
        map.put(name, value);
      }
    }
    return map;
  }

  /** Converts the content of a node. Null if it is empty. */
  private static @Nullable Object leafOrMap(XmlNode node) {
    String text = null;
    for (XmlNode child : node.children) {
      if (child.isElement()) {
        Map<String, Object> map = simplified(node);
        return map.isEmpty() ? null : map;
      }
      text = text == null && child.isText() ? child.value : text;
    }
    return text;
  }
}
