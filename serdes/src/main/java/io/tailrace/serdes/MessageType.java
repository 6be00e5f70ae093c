package io.tailrace.serdes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A message of {@link OtlpSchema}: its fields in the order of the specification. */
final class MessageType {
  private final List<Field> fields = new ArrayList<>();
  private final Map<String, Field> byName = new HashMap<>();
  private final Map<Integer, Field> byTag = new HashMap<>();

  /** The field of that name, {@code lowerCamelCase} or {@code snake_case}; null if unknown. */
  Field field(String name) {
    return byName.get(name);
  }

  /** The field that this tag stands before; null if unknown, or known with another wire type. */
  Field field(int tag) {
    return byTag.get(tag);
  }

  List<Field> fields() {
    return fields;
  }

  /** A field whose default value need not be written. */
  MessageType scalar(int number, String name, FieldKind kind) {
    return add(new Field(number, name, kind, Occurs.ONCE, null));
  }

  MessageType message(int number, String name, MessageType type) {
    return add(new Field(number, name, FieldKind.MESSAGE, Occurs.ONCE, type));
  }

  MessageType repeated(int number, String name, MessageType type) {
    return add(new Field(number, name, FieldKind.MESSAGE, Occurs.REPEATED, type));
  }

  MessageType repeatedText(int number, String name) {
    return add(new Field(number, name, FieldKind.STRING, Occurs.REPEATED, null));
  }

  MessageType choice(int number, String name, FieldKind kind) {
    return add(new Field(number, name, kind, Occurs.ONE_OF, null));
  }

  MessageType choice(int number, String name, MessageType type) {
    return add(new Field(number, name, FieldKind.MESSAGE, Occurs.ONE_OF, type));
  }

  private MessageType add(Field field) {
    fields.add(field);
    byTag.put(field.tag(), field);
    byName.put(field.name, field);
    byName.put(field.name.replaceAll("(?=[A-Z])", "_").toLowerCase(Locale.ROOT), field);
    return this;
  }

  enum Occurs {
    ONCE,
    REPEATED,
    /** One of several, where being there says something even of a default value. */
    ONE_OF
  }

  /** One field; {@code type} is null unless it is a message. */
  record Field(int number, String name, FieldKind kind, Occurs occurs, MessageType type) {
    int tag() {
      return number << 3 | kind.wireType;
    }

    boolean repeated() {
      return occurs == Occurs.REPEATED;
    }

    boolean omitsDefault() {
      return occurs == Occurs.ONCE;
    }
  }
}
