package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jaxen.BaseXPath;
import org.jaxen.FunctionContext;
import org.jaxen.JaxenException;
import org.jaxen.SimpleVariableContext;
import org.jaxen.UnresolvableException;
import org.jaxen.XPathFunctionContext;
import org.jaxen.expr.Expr;
import org.jaxen.expr.FilterExpr;
import org.jaxen.expr.LocationPath;
import org.jaxen.expr.PathExpr;
import org.jaxen.expr.UnionExpr;
import org.jaxen.saxpath.Axis;
import org.jaxen.saxpath.SAXPathException;
import org.jaxen.saxpath.base.XPathReader;
import org.jaxen.saxpath.helpers.DefaultXPathHandler;
import org.jspecify.annotations.Nullable;

/** An XPath 1.0 expression that selects nodes. */
final class XmlPath {
  /** Limits recursion: Jaxen parses and evaluates recursively. */
  private static final int MAX_CHARS = 500;

  private static final int MAX_DEPTH = 20;

  /**
   * Cost of a visited node for the shortest path. Each such number of chars in the path adds one.
   */
  private static final int CHARS_PER_NODE = 16;

  private static final int CHARS_PER_STEP = 4;

  /** Functions of XPath 1.0 without the extensions of Jaxen. */
  private static final FunctionContext FUNCTIONS = new XPathFunctionContext(false);

  static final Parameter.Preparation PREPARATION =
      (text, regexes, fault) -> XmlPath.parse(text, fault);

  private final BaseXPath path;

  private XmlPath(BaseXPath path) {
    this.path = path;
  }

  static XmlPath of(String text) {
    XmlPath path = parse(text, expected -> {});
    if (path == null) {
      throw new AssertionError(text);
    }
    return path;
  }

  /** Parses an expression. Null after a fault. */
  private static @Nullable XmlPath parse(String text, Consumer<String> fault) {
    if (text.length() > MAX_CHARS || !isPlain(text)) {
      fault.accept(
          "an XPath of at most " + MAX_CHARS + " chars and " + MAX_DEPTH + " levels, without ((");
      return null;
    }
    try {
      XPathReader reader = new XPathReader();
      reader.setXPathHandler(new KnownNames());
      reader.parse(text);
      int cost = CHARS_PER_NODE + text.length() / CHARS_PER_STEP;
      BaseXPath path = new BaseXPath(text, new XmlNavigator(cost));
      if (selectsNodes(path.getRootExpr())) {
        path.setFunctionContext(FUNCTIONS);
        path.setNamespaceContext(prefix -> prefix);
        path.setVariableContext(new SimpleVariableContext());
        return new XmlPath(path);
      }
      fault.accept("an XPath that selects nodes, this one returns a value");
    } catch (SAXPathException e) {
      fault.accept("an XPath 1.0 expression, " + e.getMessage());
    }
    return null;
  }

  /**
   * Returns whether Jaxen can parse the expression. After two opening parentheses, Jaxen 2.0.6
   * fills the heap if an invalid token follows.
   */
  private static boolean isPlain(String text) {
    int depth = 0;
    char quote = 0;
    char before = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '(' || c == '[') {
        depth++;
        if (depth > MAX_DEPTH || (c == '(' && before == '(')) {
          return false;
        }
      } else if (c == ')' || c == ']') {
        depth--;
      } else if (c == '"' || c == '\'') {
        quote = c;
      }
      before = c <= ' ' ? before : c;
    }
    return true;
  }

  private static boolean selectsNodes(Expr expr) {
    return expr instanceof LocationPath
        || expr instanceof UnionExpr
        || expr instanceof PathExpr
        || expr instanceof FilterExpr;
  }

  /** Rejects unknown names at parse time. Jaxen resolves names only at evaluation. */
  private static final class KnownNames extends DefaultXPathHandler {
    @Override
    public void startAllNodeStep(int axis) throws SAXPathException {
      if (axis == Axis.FOLLOWING_SIBLING || axis == Axis.FOLLOWING) {
        throw new SAXPathException("no node() after " + Axis.lookup(axis)); // XmlNavigator
      }
    }

    @Override
    public void startFunction(String prefix, String name) throws SAXPathException {
      try {
        FUNCTIONS.getFunction(prefix.isEmpty() ? null : prefix, prefix, name);
      } catch (UnresolvableException e) {
        throw new SAXPathException("there is no function " + name);
      }
    }

    @Override
    public void variableReference(String prefix, String name) throws SAXPathException {
      throw new SAXPathException("there are no variables");
    }
  }

  /** Returns the selected nodes in document order. */
  List<XmlNode> select(XmlNode document) {
    Set<XmlNode> selected = new LinkedHashSet<>();
    try {
      for (Object node : path.selectNodes(document)) {
        if (!(node instanceof XmlNode xml)) {
          throw new EvaluationException("an XPath of a value");
        }
        selected.add(xml);
      }
    } catch (JaxenException | ClassCastException e) {
      // Jaxen casts the result of a function to nodes in a path such as name()/a.
      throw new EvaluationException("an XPath that has no answer");
    }
    return inOrder(selected);
  }

  /** Sorts attributes of one element, which Jaxen does not order. */
  private static List<XmlNode> inOrder(Set<XmlNode> selected) {
    List<XmlNode> ordered = new ArrayList<>();
    Set<XmlNode> done = new HashSet<>();
    for (XmlNode node : selected) {
      XmlNode parent = node.parent;
      if (parent == null || node.kind != XmlNode.Kind.ATTRIBUTE) {
        ordered.add(node);
      } else if (done.add(parent)) {
        parent.attributes.stream().filter(selected::contains).forEach(ordered::add);
      }
    }
    return ordered;
  }
}
