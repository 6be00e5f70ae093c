package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Values;
import java.io.IOException;
import java.io.StringReader;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.XMLReader;
import org.xml.sax.ext.DefaultHandler2;

/**
 * Parses XML with any number of roots, as the Collector does. Document types are not supported, so
 * only the five predefined entities are known.
 */
final class XmlReader extends DefaultHandler2 {
  /** Cost of a parser, and of a node in addition to its text. */
  private static final int CHARS_PER_DOCUMENT = 4_096;

  private static final int CHARS_PER_NODE = 32;
  private static final String ROOT = "root";
  private static final String DECLARATION = "<?xml";

  private final XmlNode document;
  private final StringBuilder text = new StringBuilder();
  private XmlNode current;
  private int depth;
  private boolean inCdata;

  private XmlReader(XmlNode document) {
    this.document = document;
    this.current = document;
  }

  /** Parses XML. An empty text is an empty document. */
  static XmlNode readOrEmpty(String xml, Frame frame) {
    return xml.isEmpty() ? XmlNode.document(frame) : read(xml, frame);
  }

  static XmlNode read(String xml, Frame frame) {
    frame.charge(CHARS_PER_DOCUMENT);
    XmlNode document = XmlNode.document(frame);
    String content = xml;
    boolean declared =
        xml.startsWith(DECLARATION)
            && xml.length() > DECLARATION.length()
            && xml.charAt(DECLARATION.length()) <= ' ';
    if (declared) {
      int end = xml.indexOf("?>");
      if (end < 0) {
        throw broken();
      }
      document.child(XmlNode.Kind.INSTRUCTION, "xml", xml.substring(DECLARATION.length(), end));
      content = xml.substring(end + 2);
    }
    String rooted = "<" + ROOT + ">" + content + "</" + ROOT + ">";
    try {
      XMLReader reader = parser();
      XmlReader handler = new XmlReader(document);
      reader.setContentHandler(handler);
      reader.setErrorHandler(handler);
      reader.setEntityResolver(handler);
      reader.setProperty("http://xml.org/sax/properties/lexical-handler", handler);
      reader.parse(new InputSource(new StringReader(rooted)));
    } catch (SAXException | IOException e) {
      throw broken();
    }
    document.requireElement();
    if (!declared && document.children.get(0).kind == XmlNode.Kind.TEXT) {
      document.children.remove(0); // as in the Collector, which takes it for the declaration
    }
    return document;
  }

  private static XMLReader parser() throws SAXException {
    SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
    try {
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
      factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
      return factory.newSAXParser().getXMLReader();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e); // the parser of the Java runtime supports these
    }
  }

  private static EvaluationException broken() {
    return new EvaluationException("no XML");
  }

  @Override
  public InputSource resolveEntity(String name, String publicId, String base, String systemId) {
    throw broken();
  }

  @Override
  public void startElement(String uri, String local, String name, Attributes attributes) {
    endText();
    depth++;
    if (depth > Values.MAX_DEPTH) {
      throw new EvaluationException("XML nested too deep");
    }
    if (depth == 1) {
      return; // our artificial root
    }
    current = add(XmlNode.Kind.ELEMENT, name, "");
    for (int i = 0; i < attributes.getLength(); i++) {
      document.frame.charge(CHARS_PER_NODE);
      current.attribute(attributes.getQName(i), attributes.getValue(i));
    }
  }

  @Override
  public void endElement(String uri, String local, String name) {
    endText();
    depth--;
    XmlNode parent = current.parent;
    current = depth == 0 || parent == null ? document : parent;
  }

  @Override
  public void characters(char[] chars, int start, int length) {
    text.append(chars, start, length);
  }

  @Override
  public void startCDATA() {
    endText();
    inCdata = true;
  }

  @Override
  public void endCDATA() {
    endText();
    inCdata = false;
  }

  @Override
  public void comment(char[] chars, int start, int length) {
    endText();
    add(XmlNode.Kind.COMMENT, "", new String(chars, start, length));
  }

  @Override
  public void processingInstruction(String target, String data) {
    endText();
    add(XmlNode.Kind.INSTRUCTION, target, data == null || data.isEmpty() ? "" : " " + data);
  }

  private void endText() {
    if (text.length() > 0) {
      add(inCdata ? XmlNode.Kind.CDATA : XmlNode.Kind.TEXT, "", text.toString());
      text.setLength(0);
    }
  }

  private XmlNode add(XmlNode.Kind kind, String name, String value) {
    document.frame.charge(CHARS_PER_NODE);
    return current.child(kind, name, value);
  }
}
