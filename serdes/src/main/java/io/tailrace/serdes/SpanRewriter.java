package io.tailrace.serdes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the attributes, names and status messages of resources, scopes, spans, events and links
 * in the wire format. Everything else is copied as it is, unknown fields included. Creates no
 * objects for a part that does not change. A part is refused if it cannot be read: never returned
 * half rewritten. Reusable; not thread-safe.
 */
public final class SpanRewriter {
  private static final int NONE = 0;

  /**
   * Fields of a message.
   *
   * @param attributes tag of its attributes, or 0
   * @param name tag of its name, or 0
   * @param nested tags of messages in it
   * @param shapes their shapes
   */
  private record Shape(int attributes, int name, int[] nested, Shape... shapes) {
    static Shape flat(int attributes, int name) {
      return new Shape(attributes, name, new int[0]);
    }

    static Shape around(int tag, Shape shape) {
      return new Shape(NONE, NONE, new int[] {tag}, shape);
    }
  }

  private static final Shape RESOURCE =
      Shape.around(
          OtlpFields.RESOURCE_SPANS_RESOURCE, Shape.flat(OtlpFields.RESOURCE_ATTRIBUTES, NONE));
  private static final Shape SCOPE =
      Shape.around(
          OtlpFields.SCOPE_SPANS_SCOPE,
          Shape.flat(OtlpFields.SCOPE_ATTRIBUTES, OtlpFields.SCOPE_NAME));
  private static final Shape SPAN =
      new Shape(
          OtlpFields.SPAN_ATTRIBUTES,
          OtlpFields.SPAN_NAME,
          new int[] {OtlpFields.SPAN_EVENTS, OtlpFields.SPAN_LINKS, OtlpFields.SPAN_STATUS},
          Shape.flat(OtlpFields.EVENT_ATTRIBUTES, OtlpFields.EVENT_NAME),
          Shape.flat(OtlpFields.LINK_ATTRIBUTES, NONE),
          Shape.flat(NONE, OtlpFields.STATUS_MESSAGE));

  private final AttributeRules rules;
  private final WireReader in = new WireReader();
  private final AttributeValue value = new AttributeValue();
  private final ForwardWriter out = new ForwardWriter();
  private final Cuts outerCuts = new Cuts();
  private final Cuts innerCuts = new Cuts();
  private byte[] record = {};

  /** Start of the field, start and end of the message, and index of its shape, one by one. */
  private int[] nested = new int[16];

  private int nestedSize;

  /** Rewrites by these rules. */
  public SpanRewriter(AttributeRules rules) {
    this.rules = rules;
  }

  /** Rewrites the fields of a {@code ResourceSpans}, as {@link PartEditor#resource}. */
  public byte[] resource(byte[] fields) throws MalformedOtlpException {
    return header(fields, RESOURCE);
  }

  /** Rewrites the fields of a {@code ScopeSpans}, as {@link PartEditor#scope}. */
  public byte[] scope(byte[] fields) throws MalformedOtlpException {
    return header(fields, SCOPE);
  }

  private byte[] header(byte[] fields, Shape shape) throws MalformedOtlpException {
    try {
      record = fields;
      byte[] edited = edit(0, fields.length, shape);
      return edited == null ? fields : edited;
    } catch (IOException e) {
      throw StrictText.unreadable(e);
    }
  }

  /** Rewrites a span, as {@link PartEditor#span}. */
  public byte @Nullable [] span(byte[] source, int from, int to) throws MalformedOtlpException {
    try {
      record = source;
      in.of(source, from, to).tag();
      in.enter();
      byte[] edited = edit(in.at(), in.limit(), SPAN);
      return edited == null ? null : field(OtlpFields.SCOPE_SPANS_SPANS, edited);
    } catch (IOException e) {
      throw StrictText.unreadable(e);
    }
  }

  /** Returns the edited message, or null if it does not change. */
  private byte @Nullable [] edit(int from, int to, Shape shape)
      throws IOException, MalformedOtlpException {
    Cuts cuts = outerCuts.clear();
    nestedSize = 0;
    rules.begin();
    walk(from, to, shape, cuts);
    Map<String, Object> additions =
        rules.hasAdditions() ? additions(from, to, shape, cuts) : Map.of();
    for (int at = 0; at < nestedSize; at += 4) {
      Shape inner = shape.shapes[nested[at + 3]];
      byte[] edited = editFlat(nested[at + 1], nested[at + 2], inner);
      if (edited != null) {
        int tag = shape.nested[nested[at + 3]];
        cuts.add(nested[at], nested[at + 2], field(tag, edited));
      }
    }
    return finish(from, to, shape, cuts, additions);
  }

  /** Edits a message without messages in it. */
  private byte @Nullable [] editFlat(int from, int to, Shape shape)
      throws IOException, MalformedOtlpException {
    Cuts cuts = innerCuts.clear();
    rules.begin();
    walk(from, to, shape, cuts);
    Map<String, Object> additions =
        rules.hasAdditions() ? additions(from, to, shape, cuts) : Map.of();
    return finish(from, to, shape, cuts, additions);
  }

  private byte @Nullable [] finish(
      int from, int to, Shape shape, Cuts cuts, Map<String, Object> additions) throws IOException {
    if (cuts.isEmpty() && additions.isEmpty()) {
      return null;
    }
    byte[] cut = cuts.apply(record, from, to);
    return additions.isEmpty() ? cut : with(additions, cut, shape.attributes);
  }

  private void walk(int from, int to, Shape shape, Cuts cuts)
      throws IOException, MalformedOtlpException {
    boolean names = shape.name != NONE && rules.editsNames();
    in.of(record, from, to);
    int start = from;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == shape.attributes) {
        attribute(tag, start, cuts);
      } else if (names && tag == shape.name) {
        name(tag, start, cuts);
      } else {
        int shapeIndex = indexOf(tag, shape.nested);
        if (shapeIndex >= 0) {
          int length = in.length();
          add(start, in.at(), in.at() + length, shapeIndex);
          in.pass(length);
        } else {
          in.skip(tag);
        }
      }
      start = in.at();
    }
  }

  private void attribute(int tag, int start, Cuts cuts) throws IOException, MalformedOtlpException {
    int outer = in.enter();
    int keyFrom = in.at();
    int keyTo = keyFrom;
    int valueFrom = keyFrom;
    int valueTo = keyFrom;
    int seen = 0;
    for (int part = in.tag(); part != 0; part = in.tag()) {
      seen = StrictText.once(part, seen);
      int length = in.length();
      if (part == OtlpFields.KEY_VALUE_KEY) {
        keyFrom = in.at();
        keyTo = keyFrom + length;
      } else {
        valueFrom = in.at();
        valueTo = valueFrom + length;
      }
      in.pass(length);
    }
    in.leave(outer);
    value.of(record, valueFrom, valueTo);
    AttributeEdit edit = rules.attribute(record, keyFrom, keyTo, value);
    switch (edit.kind()) {
      case KEEP -> {}
      case REMOVE -> cuts.add(start, in.at(), new byte[0]);
      case REPLACE -> {
        String key = StrictText.of(record, keyFrom, keyTo);
        out.clear();
        out.writeTextAttribute(tag, key, String.valueOf(edit.text()));
        cuts.add(start, in.at(), out.toByteArray());
      }
    }
  }

  private void name(int tag, int start, Cuts cuts) throws IOException, MalformedOtlpException {
    String text = StrictText.read(in, record);
    String edited = rules.name(text);
    if (!edited.equals(text)) {
      cuts.add(start, in.at(), field(tag, edited.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private Map<String, Object> additions(int from, int to, Shape shape, Cuts cuts)
      throws IOException, MalformedOtlpException {
    byte[] edited = cuts.apply(record, from, to);
    Map<String, Object> present = SetAttributes.read(edited, shape.attributes);
    return rules.additions(present::get);
  }

  private byte[] with(Map<String, Object> additions, byte[] message, int tag) throws IOException {
    out.clear();
    SetAttributes.write(additions, message, tag, out);
    return out.toByteArray();
  }

  private byte[] field(int tag, byte[] content) {
    out.clear();
    out.writeVarint(tag);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private void add(int... position) {
    if (nestedSize + position.length > nested.length) {
      nested = Arrays.copyOf(nested, nested.length * 2);
    }
    System.arraycopy(position, 0, nested, nestedSize, position.length);
    nestedSize += position.length;
  }

  private static int indexOf(int tag, int[] tags) {
    for (int i = 0; i < tags.length; i++) {
      if (tags[i] == tag) {
        return i;
      }
    }
    return -1;
  }

  /** Ranges of a record and what replaces them. */
  private static final class Cuts {
    private record Cut(int from, int to, byte[] with) {}

    private final List<Cut> all = new ArrayList<>();

    Cuts clear() {
      all.clear();
      return this;
    }

    void add(int from, int to, byte[] with) {
      all.add(new Cut(from, to, with));
    }

    boolean isEmpty() {
      return all.isEmpty();
    }

    byte[] apply(byte[] record, int from, int to) {
      all.sort(Comparator.comparingInt(Cut::from));
      ForwardWriter out = new ForwardWriter();
      int at = from;
      for (Cut cut : all) {
        out.writeRaw(record, at, cut.from);
        out.writeRaw(cut.with, 0, cut.with.length);
        at = cut.to;
      }
      out.writeRaw(record, at, to);
      return out.toByteArray();
    }
  }
}
