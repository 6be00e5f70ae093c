package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mutable node of an XML document, used in one evaluation. Compared by identity. */
final class XmlNode {
  /** Kind of a node. */
  enum Kind {
    DOCUMENT,
    ELEMENT,
    ATTRIBUTE,
    TEXT,
    CDATA,
    COMMENT,
    INSTRUCTION
  }

  final Kind kind;

  /** Name with prefix; for an instruction, its target; otherwise empty. */
  final String name;

  /** Value of an attribute, text, comment or instruction; otherwise empty. */
  final String value;

  /** Index among the children of the parent. */
  private final int index;

  /** Parent; null for a document. */
  final @Nullable XmlNode parent;

  /** Budget for visits of the document's nodes. */
  final Frame frame;

  final List<XmlNode> attributes = new ArrayList<>(0);
  final List<XmlNode> children = new ArrayList<>(0);

  /** Nodes to write instead of this node, or null. */
  private @Nullable List<XmlNode> replacement;

  private XmlNode(Kind kind, String name, String value, @Nullable XmlNode parent, Frame frame) {
    this.kind = kind;
    this.name = name;
    this.value = value;
    this.parent = parent;
    this.index = parent == null ? 0 : parent.children.size();
    this.frame = frame;
  }

  static XmlNode document(Frame frame) {
    return new XmlNode(Kind.DOCUMENT, "", "", null, frame);
  }

  XmlNode child(Kind childKind, String childName, String childValue) {
    XmlNode child = new XmlNode(childKind, childName, childValue, this, frame);
    children.add(child);
    return child;
  }

  void attribute(String attributeName, String attributeValue) {
    attributes.add(new XmlNode(Kind.ATTRIBUTE, attributeName, attributeValue, this, frame));
  }

  List<XmlNode> followingSiblings() {
    return parent == null || kind == Kind.ATTRIBUTE
        ? List.of()
        : parent.children.subList(index + 1, parent.children.size());
  }

  void requireElement() {
    if (children.stream().noneMatch(XmlNode::isElement)) {
      throw new EvaluationException("XML without an element");
    }
  }

  boolean isElement() {
    return kind == Kind.ELEMENT;
  }

  boolean isText() {
    return kind == Kind.TEXT || kind == Kind.CDATA;
  }

  boolean canHaveChildren() {
    return isElement() || kind == Kind.DOCUMENT;
  }

  String localName() {
    return name.substring(name.indexOf(':') + 1);
  }

  String prefix() {
    return name.substring(0, Math.max(0, name.indexOf(':')));
  }

  /** Sets the nodes to write instead of this one. Does not change the tree or sibling indexes. */
  void replaceBy(List<XmlNode> nodes) {
    replacement = nodes;
  }

  void remove() {
    replaceBy(List.of());
  }

  List<XmlNode> written() {
    return replacement == null ? List.of(this) : replacement;
  }

  /** Returns a new element that contains this node as its text. */
  XmlNode wrapped(String elementName) {
    XmlNode element = new XmlNode(Kind.ELEMENT, elementName, "", parent, frame);
    element.child(Kind.TEXT, "", value);
    return element;
  }

  /** Returns the text content. */
  String text() {
    if (!canHaveChildren()) {
      return value;
    }
    StringBuilder text = new StringBuilder();
    addText(text);
    return text.toString();
  }

  private void addText(StringBuilder text) {
    for (XmlNode child : children) {
      frame.charge(1L + child.value.length());
      if (child.isText()) {
        text.append(child.value);
      } else {
        child.addText(text);
      }
    }
  }
}
