package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.Frame;
import java.util.Iterator;
import java.util.List;
import org.jaxen.DefaultNavigator;
import org.jaxen.JaxenConstants;
import org.jaxen.XPath;
import org.jaxen.saxpath.SAXPathException;
import org.jspecify.annotations.Nullable;

/**
 * Adapts XML nodes to Jaxen. Charges the evaluation budget for each visited node and each text
 * read. Compares namespace prefixes literally, bound or not.
 */
final class XmlNavigator extends DefaultNavigator {
  private static final long serialVersionUID = 1L;

  /** Cost of a node test. */
  private static final int CHARS_PER_TEST = 4;

  /** Siblings that Jaxen can skip per char when it sorts. */
  private static final int SIBLINGS_PER_CHAR = 32;

  /** Cost of a visited node. */
  private final int charsPerNode;

  XmlNavigator(int charsPerNode) {
    this.charsPerNode = charsPerNode;
  }

  private static XmlNode node(Object node) {
    return (XmlNode) node;
  }

  private Iterator<XmlNode> paid(List<XmlNode> nodes, Frame frame) {
    Iterator<XmlNode> all = nodes.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public XmlNode next() {
        frame.charge(charsPerNode);
        return all.next();
      }
    };
  }

  @Override
  public Iterator<?> getChildAxisIterator(Object node) {
    node(node).frame.charge(charsPerNode);
    return paid(node(node).children, node(node).frame);
  }

  /**
   * Jaxen's sort iterates over siblings to compare the order of two nodes, so this iteration is
   * cheap. {@link XmlPath} rejects expressions that do more with siblings than test them.
   */
  @Override
  public Iterator<?> getFollowingSiblingAxisIterator(Object node) {
    List<XmlNode> siblings = node(node).followingSiblings();
    Frame frame = node(node).frame;
    Iterator<XmlNode> all = siblings.iterator();
    return new Iterator<XmlNode>() {
      private int skipped;

      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public XmlNode next() {
        skipped++;
        frame.charge(skipped % SIBLINGS_PER_CHAR == 0 ? 1 : 0);
        return all.next();
      }
    };
  }

  @Override
  public Iterator<?> getAttributeAxisIterator(Object node) {
    node(node).frame.charge(charsPerNode);
    return paid(node(node).attributes, node(node).frame);
  }

  @Override
  public Iterator<?> getParentAxisIterator(Object node) {
    node(node).frame.charge(charsPerNode);
    XmlNode parent = node(node).parent;
    return parent == null ? JaxenConstants.EMPTY_ITERATOR : List.of(parent).iterator();
  }

  @Override
  public Iterator<?> getNamespaceAxisIterator(Object node) {
    return JaxenConstants.EMPTY_ITERATOR;
  }

  @Override
  public @Nullable Object getParentNode(Object node) {
    node(node).frame.charge(1);
    return node(node).parent;
  }

  @Override
  public Object getDocumentNode(Object node) {
    XmlNode root = node(node);
    while (root.parent != null) {
      root = root.parent;
    }
    return root;
  }

  @Override
  public String getElementNamespaceUri(Object node) {
    return node(node).prefix();
  }

  @Override
  public String getElementName(Object node) {
    return node(node).localName();
  }

  @Override
  public String getElementQName(Object node) {
    return node(node).name;
  }

  @Override
  public String getAttributeNamespaceUri(Object node) {
    return node(node).prefix();
  }

  @Override
  public String getAttributeName(Object node) {
    return node(node).localName();
  }

  @Override
  public String getAttributeQName(Object node) {
    return node(node).name;
  }

  @Override
  public String getProcessingInstructionTarget(Object node) {
    return node(node).name;
  }

  @Override
  public String getProcessingInstructionData(Object node) {
    return text(node);
  }

  @Override
  public boolean isDocument(Object node) {
    return is(node, XmlNode.Kind.DOCUMENT);
  }

  @Override
  public boolean isElement(Object node) {
    pay(node);
    return is(node, XmlNode.Kind.ELEMENT);
  }

  @Override
  public boolean isAttribute(Object node) {
    return is(node, XmlNode.Kind.ATTRIBUTE);
  }

  @Override
  public boolean isNamespace(Object node) {
    return false;
  }

  @Override
  public boolean isComment(Object node) {
    pay(node);
    return is(node, XmlNode.Kind.COMMENT);
  }

  @Override
  public boolean isText(Object node) {
    pay(node);
    return node instanceof XmlNode given && given.isText();
  }

  @Override
  public boolean isProcessingInstruction(Object node) {
    pay(node);
    return is(node, XmlNode.Kind.INSTRUCTION);
  }

  private static void pay(Object node) {
    if (node instanceof XmlNode given) {
      given.frame.charge(CHARS_PER_TEST);
    }
  }

  private static boolean is(Object node, XmlNode.Kind kind) {
    return node instanceof XmlNode given && given.kind == kind;
  }

  @Override
  public String getCommentStringValue(Object node) {
    return text(node);
  }

  @Override
  public String getElementStringValue(Object node) {
    return text(node);
  }

  @Override
  public String getAttributeStringValue(Object node) {
    return text(node);
  }

  @Override
  public String getTextStringValue(Object node) {
    return text(node);
  }

  private String text(Object node) {
    node(node).frame.charge((long) charsPerNode + node(node).value.length());
    return node(node).text();
  }

  @Override
  public String getNamespaceStringValue(Object node) {
    throw new AssertionError(node);
  }

  @Override
  public String getNamespacePrefix(Object node) {
    throw new AssertionError(node);
  }

  @Override
  public XPath parseXPath(String path) throws SAXPathException {
    throw new SAXPathException("a path within a path");
  }
}
