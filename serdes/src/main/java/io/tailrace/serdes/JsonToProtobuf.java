package io.tailrace.serdes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.tailrace.serdes.MessageType.Field;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts a message from JSON to protobuf, token by token. Accepts unambiguous deviations from the
 * rules: names in {@code snake_case}, enums by name, numbers as strings and strings as numbers.
 * Ignores unknown fields and nulls. Not thread-safe; buffers are reused.
 */
final class JsonToProtobuf {
  /** Limit of protobuf's own parsers. */
  private static final int MAX_DEPTH = 100;

  private static final int SPAN_ID_BYTES = 8;

  /** Factory for untrusted JSON. */
  static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names are untrusted
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(10 * MAX_DEPTH) // a message has at most two levels of JSON
                  .maxStringLength(Integer.MAX_VALUE) // the caller limits the total length
                  .build())
          .build();

  private final MessageType root;
  private final Set<String> alsoKnown;
  private final String expected;
  private final ForwardWriter out = new ForwardWriter();

  @SuppressWarnings("NullAway.Init") // set at the start of toProtobuf
  private JsonParser in;

  private @Nullable String unknownAtRoot;
  private boolean knownAtRoot;

  /**
   * @param alsoKnown accepted names in addition to the fields of the root
   * @param expected field name for the error message if no field is known
   */
  JsonToProtobuf(MessageType root, Set<String> alsoKnown, String expected) {
    this.root = root;
    this.alsoKnown = alsoKnown;
    this.expected = expected;
  }

  /**
   * Reads one JSON object.
   *
   * @throws MalformedOtlpException if the text is not JSON or a field is invalid. The message
   *     contains the path, value and expectation.
   */
  byte[] toProtobuf(byte[] json, int offset, int length) throws MalformedOtlpException {
    out.clear();
    knownAtRoot = false;
    unknownAtRoot = null;
    try (JsonParser parser = JSON.createParser(json, offset, length)) {
      in = parser;
      try {
        readRoot();
      } catch (IOException e) {
        throw JsonFaults.notJson(parser, e);
      }
    } catch (IOException e) {
      throw JsonFaults.malformed("not JSON: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  private void readRoot() throws IOException, MalformedOtlpException {
    if (in.nextToken() == null) {
      throw JsonFaults.malformed("nothing (expected: a JSON object)", null);
    }
    readMessage(root, 0);
    if (!knownAtRoot && unknownAtRoot != null) {
      throw JsonFaults.unknown(unknownAtRoot, expected);
    }
    if (in.nextToken() != null) {
      throw JsonFaults.unexpected(in, "nothing after the JSON object");
    }
  }

  private void readMessage(MessageType type, int depth) throws IOException, MalformedOtlpException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw JsonFaults.unexpected(in, "a JSON object");
    }
    if (depth > MAX_DEPTH) {
      throw JsonFaults.unexpected(in, "at most " + MAX_DEPTH + " nested messages");
    }
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      Field field = type.field(name);
      if (depth == 0) {
        noteRoot(name, field != null);
      }
      JsonToken token = in.nextToken();
      if (field == null) {
        in.skipChildren();
      } else if (field.repeated()) {
        readList(field, depth);
      } else if (token != JsonToken.VALUE_NULL) {
        readField(field, depth);
      }
    }
  }

  private void noteRoot(String name, boolean known) {
    knownAtRoot |= known || alsoKnown.contains(name);
    if (!known && unknownAtRoot == null) {
      unknownAtRoot = name;
    }
  }

  private void readList(Field field, int depth) throws IOException, MalformedOtlpException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw JsonFaults.unexpected(in, "a JSON array");
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() != JsonToken.VALUE_NULL) {
        readField(field, depth);
      } else if (field.type() == OtlpSchema.ANY_VALUE) {
        out.writeVarint(field.tag()); // an empty value, so that later values keep their index
        out.close(out.open());
      }
    }
  }

  private void readField(Field field, int depth) throws IOException, MalformedOtlpException {
    switch (field.kind()) {
      case MESSAGE -> {
        out.writeVarint(field.tag());
        int opened = out.open();
        readMessage(field.message(), depth + 1);
        out.close(opened);
      }
      case STRING -> writeText(field);
      case BYTES -> writeBytes(field, JsonScalars.base64(in));
      case TRACE_ID -> writeBytes(field, JsonScalars.hex(in, TraceId.BYTES));
      case SPAN_ID -> writeBytes(field, JsonScalars.hex(in, SPAN_ID_BYTES));
      case BOOL -> writeVarint(field, JsonScalars.bool(in) ? 1 : 0);
      case INT32 -> writeVarint(field, JsonScalars.integer(in, IntegerRange.INT32));
      case UINT32 -> writeVarint(field, JsonScalars.integer(in, IntegerRange.UINT32));
      case INT64 -> writeVarint(field, JsonScalars.integer(in, IntegerRange.INT64));
      case SPAN_KIND -> writeVarint(field, JsonScalars.spanKind(in));
      case STATUS_CODE -> writeVarint(field, JsonScalars.statusCode(in));
      case VALUE_TYPE -> writeVarint(field, JsonScalars.valueType(in));
      case REFERENCE_TYPE -> writeVarint(field, JsonScalars.referenceType(in));
      case TIMESTAMP -> writeTime(field, JsonScalars.timestamp(in));
      case DURATION -> writeTime(field, JsonScalars.duration(in));
      case FIXED32 -> writeFixed32(field, JsonScalars.integer(in, IntegerRange.UINT32));
      case FIXED64 -> writeFixed64(field, JsonScalars.integer(in, IntegerRange.UINT64));
      case DOUBLE -> writeFixed64(field, Double.doubleToRawLongBits(JsonScalars.floating(in)));
    }
  }

  /** Writes seconds and nanoseconds like the well-known types. */
  private void writeTime(Field field, JsonScalars.Seconds time) {
    out.writeVarint(field.tag());
    int opened = out.open();
    out.writeVarint(1 << 3);
    out.writeVarint(time.seconds());
    out.writeVarint(2 << 3);
    out.writeVarint(time.nanos());
    out.close(opened);
  }

  private void writeText(Field field) throws IOException, MalformedOtlpException {
    JsonScalars.requireText(in, "a string");
    char[] text = in.getTextCharacters();
    int length = in.getTextLength();
    if (length > 0 || !field.omitsDefault()) {
      out.writeVarint(field.tag());
      out.writeText(text, in.getTextOffset(), length);
    }
  }

  private void writeBytes(Field field, byte[] value) {
    if (value.length > 0 || !field.omitsDefault()) {
      out.writeVarint(field.tag());
      out.writeBytes(value);
    }
  }

  private void writeVarint(Field field, long value) {
    if (value != 0 || !field.omitsDefault()) {
      out.writeVarint(field.tag());
      out.writeVarint(value);
    }
  }

  private void writeFixed32(Field field, long value) {
    if (value != 0 || !field.omitsDefault()) {
      out.writeVarint(field.tag());
      out.writeFixed32((int) value);
    }
  }

  private void writeFixed64(Field field, long value) {
    if (value != 0 || !field.omitsDefault()) {
      out.writeVarint(field.tag());
      out.writeFixed64(value);
    }
  }
}
