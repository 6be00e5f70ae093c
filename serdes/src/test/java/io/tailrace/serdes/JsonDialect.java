package io.tailrace.serdes;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * OTLP/JSON of generated messages, made of their descriptors. Every choice that the format leaves a
 * sender, and some that senders take without leave, is taken at random.
 */
final class JsonDialect {
  private static final Set<String> IDS = Set.of("trace_id", "span_id", "parent_span_id");
  private static final List<String> STRANGERS =
      List.of("\"future\":{\"a\":[1,{\"b\":null}]}", "\"\":[[]]", "\"traceid\":\"x\"");

  private static final Map<Integer, String> ESCAPES =
      Map.of((int) '"', "\\\"", (int) '\\', "\\\\", (int) '\n', "\\n", (int) '\t', "\\t");

  private final Random random;

  JsonDialect(long seed) {
    random = new Random(seed);
  }

  String write(Message message) {
    List<String> fields = new ArrayList<>();
    message.getAllFields().forEach((field, value) -> fields.add(field(field, value)));
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean absent =
          field.isRepeated()
              ? message.getRepeatedFieldCount(field) == 0
              : !message.getAllFields().containsKey(field);
      if (absent && random.nextInt(5) == 0) {
        fields.add(name(field) + ":" + (field.isRepeated() && random.nextBoolean() ? "[]" : null));
      } else if (absent && !field.hasPresence() && !field.isRepeated() && random.nextInt(5) == 0) {
        fields.add(field(field, field.getDefaultValue()));
      }
    }
    if (random.nextInt(4) == 0) {
      fields.add(STRANGERS.get(random.nextInt(STRANGERS.size())));
    }
    Collections.shuffle(fields, random);
    return fields.stream().collect(Collectors.joining("," + space(), "{" + space(), space() + "}"));
  }

  private String field(FieldDescriptor field, Object value) {
    if (!field.isRepeated()) {
      return name(field) + ":" + space() + value(field, value);
    }
    return ((List<?>) value)
        .stream()
            .map(element -> value(field, element))
            .collect(Collectors.joining("," + space(), name(field) + ":[", "]"));
  }

  private String name(FieldDescriptor field) {
    return '"' + (random.nextInt(4) == 0 ? field.getName() : field.getJsonName()) + '"';
  }

  private String value(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case MESSAGE -> write((Message) value);
      case STRING -> text((String) value);
      case BYTES -> '"' + bytes(field, (ByteString) value) + '"';
      case ENUM -> enumerated(value);
      case FIXED64 -> number(Long.toUnsignedString((long) value));
      case UINT32, FIXED32 -> number(Integer.toUnsignedString((int) value));
      case DOUBLE -> Double.isFinite((double) value) ? number(value) : '"' + value.toString() + '"';
      case INT64, INT32 -> number(value);
      case BOOL -> value.toString();
      default -> throw new AssertionError(field);
    };
  }

  private String enumerated(Object value) {
    EnumValueDescriptor constant = (EnumValueDescriptor) value;
    return random.nextBoolean() && constant.getIndex() >= 0
        ? '"' + constant.getName() + '"'
        : number(constant.getNumber());
  }

  private String number(Object value) {
    return random.nextBoolean() ? value.toString() : '"' + value.toString() + '"';
  }

  private String bytes(FieldDescriptor field, ByteString value) {
    if (IDS.contains(field.getName())) {
      String hex = HexFormat.of().formatHex(value.toByteArray());
      return random.nextBoolean() ? hex : hex.toUpperCase(Locale.ROOT);
    }
    Base64.Encoder encoder = random.nextBoolean() ? Base64.getEncoder() : Base64.getUrlEncoder();
    return (random.nextBoolean() ? encoder : encoder.withoutPadding())
        .encodeToString(value.toByteArray());
  }

  private String text(String value) {
    StringBuilder json = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            point -> {
              if (ESCAPES.containsKey(point)) {
                json.append(ESCAPES.get(point));
              } else if (point < 0x20 || random.nextInt(10) == 0) {
                for (char c : Character.toChars(point)) {
                  json.append("\\u").append(HexFormat.of().toHexDigits(c));
                }
              } else {
                json.appendCodePoint(point);
              }
            });
    return json.append('"').toString();
  }

  private String space() {
    return List.of("", "", " ", "\n  ", "\t").get(random.nextInt(5));
  }
}
