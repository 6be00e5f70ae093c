package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.Frame;
import java.util.List;

/** Writes XML as the Collector does: without self-closing tags, and with whitespace preserved. */
final class XmlWriter {
  private static final String SPECIAL = "&'<>\"";
  private static final List<String> ESCAPED = List.of("&amp;", "&#39;", "&lt;", "&gt;", "&#34;");

  private final Frame frame;
  private final StringBuilder xml = new StringBuilder();

  private XmlWriter(Frame frame) {
    this.frame = frame;
  }

  static String write(List<XmlNode> nodes, Frame frame) {
    XmlWriter writer = new XmlWriter(frame);
    writer.all(nodes);
    return writer.xml.toString();
  }

  private void all(List<XmlNode> nodes) {
    for (XmlNode node : nodes) {
      for (XmlNode written : node.written()) {
        one(written);
      }
    }
  }

  private void one(XmlNode node) {
    switch (node.kind) {
      case ELEMENT -> element(node);
      case TEXT -> escape(node.value);
      case CDATA -> add("<![CDATA[" + node.value + "]]>");
      case COMMENT -> add("<!--" + node.value + "-->");
      case INSTRUCTION -> add("<?" + node.name + node.value.stripTrailing() + "?>");
      default -> throw new AssertionError(node.kind);
    }
  }

  private void element(XmlNode node) {
    add("<" + node.name);
    for (XmlNode attribute : node.attributes) {
      for (XmlNode written : attribute.written()) {
        add(" " + written.name + "=\"");
        escape(written.value);
        add("\"");
      }
    }
    add(">");
    all(node.children);
    add("</" + node.name + ">");
  }

  private void escape(String text) {
    frame.charge(text.length());
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      int special = SPECIAL.indexOf(text.charAt(i));
      if (special >= 0) {
        xml.append(text, start, i);
        add(ESCAPED.get(special));
        start = i + 1;
      }
    }
    xml.append(text, start, text.length());
  }

  private void add(String part) {
    frame.charge(part.length());
    xml.append(part);
  }
}
