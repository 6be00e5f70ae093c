package io.tailrace.serdes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message type of {@link OtlpSchema} with its fields in the order of the specification. */
final class MessageType {
  private final List<Field> fields = new ArrayList<>();
  private final Map<String, Field> byName = new HashMap<>();
  private final Map<Integer, Field> byTag = new HashMap<>();

  /** Returns a field by {@code lowerCamelCase} or {@code snake_case} name. Null if unknown. */
  @Nullable Field field(String name) {
    return byName.get(name);
  }

  /** Returns a field by tag. Null if the field is unknown or has another wire type. */
  @Nullable Field field(int tag) {
    return byTag.get(tag);
  }

  List<Field> fields() {
    return fields;
  }

  /** Adds a field whose default value can be omitted. */
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
    /** Member of a oneof. Its presence is significant even with a default value. */
    ONE_OF
  }

  /** A field. {@code type} is null unless the field is a message. */
  record Field(int number, String name, FieldKind kind, Occurs occurs, @Nullable MessageType type) {
    /** Returns the type of a message field. */
    MessageType message() {
      return Objects.requireNonNull(type, name);
    }

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
