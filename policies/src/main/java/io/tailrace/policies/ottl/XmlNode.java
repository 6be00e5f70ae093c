package io.tailrace.policies.ottl;

import java.util.ArrayList;
import java.util.List;

/** A part of an XML document that one evaluation reads and changes. Equal to itself only. */
final class XmlNode {
  /** What a node is. */
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

  /** With its prefix; of an instruction, its target; else empty. */
  final String name;

  /** Of an attribute, text, comment or instruction; else empty. */
  final String value;

  /** Among the children of its parent. */
  private final int index;

  /** Null of a document. */
  final XmlNode parent;

  /** What pays for going through the document. */
  final Frame frame;

  final List<XmlNode> attributes = new ArrayList<>(0);
  final List<XmlNode> children = new ArrayList<>(0);

  /** Null unless something else is written in the place of this node. */
  private List<XmlNode> replacement;

  private XmlNode(Kind kind, String name, String value, XmlNode parent, Frame frame) {
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
    boolean none = parent == null || kind == Kind.ATTRIBUTE;
    return none ? List.of() : parent.children.subList(index + 1, parent.children.size());
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

  /** In the place of this one, and not in the tree: siblings move for nobody. */
  void replaceBy(List<XmlNode> nodes) {
    replacement = nodes;
  }

  void remove() {
    replaceBy(List.of());
  }

  List<XmlNode> written() {
    return replacement == null ? List.of(this) : replacement;
  }

  /** An element like it, with this node as its text. */
  XmlNode wrapped(String elementName) {
    XmlNode element = new XmlNode(Kind.ELEMENT, elementName, "", parent, frame);
    element.child(Kind.TEXT, "", value);
    return element;
  }

  /** The text within. */
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
