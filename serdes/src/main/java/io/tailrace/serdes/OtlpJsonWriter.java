package io.tailrace.serdes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tailrace.serdes.MessageType.Field;
import io.tailrace.serdes.MessageType.Occurs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;

/**
 * Converts OTLP protobuf to OTLP/JSON by the specification: IDs in hex, 64-bit integers as strings,
 * enums as numbers. Omits unknown fields and replaces invalid UTF-8 with U+FFFD. Thread-safe.
 */
public final class OtlpJsonWriter {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_FIELD = 16;
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Returns one line of JSON without a line break.
   *
   * @throws MalformedOtlpException if the bytes are not {@code TracesData}
   */
  public byte[] toJson(byte[] tracesData) throws MalformedOtlpException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(2 * tracesData.length + 16);
    try {
      JsonGenerator json = JSON.createGenerator(out);
      new Message(OtlpSchema.TRACES_DATA, tracesData, 0, tracesData.length, 0).write(json);
      json.close(); // not in a finally block, where it would hide the cause of an exception
    } catch (IOException e) {
      throw Wire.malformed(tracesData, e);
    }
    return out.toByteArray();
  }

  /**
   * Positions of the fields of one message. Needed because JSON requires the items of a list to be
   * consecutive.
   */
  private static final class Message {
    private final MessageType type;
    private final byte[] record;
    private final int start;
    private final int end;
    private final int depth;
    private final int[] count = new int[MAX_FIELD + 1];
    private final int[] last = new int[MAX_FIELD + 1]; // offset after the last tag
    private int choice; // the last member of a oneof wins

    Message(MessageType type, byte[] record, int start, int end, int depth) throws IOException {
      if (depth > MAX_DEPTH) {
        throw new InvalidProtocolBufferException(
            "messages nested too deeply (expected: at most " + MAX_DEPTH + " levels)");
      }
      this.type = type;
      this.record = record;
      this.start = start;
      this.end = end;
      this.depth = depth;
      WireReader in = new WireReader().of(record, start, end);
      for (int tag = in.tag(); tag != 0; tag = in.tag()) {
        Field field = type.field(tag);
        if (field != null) {
          count[field.number()]++;
          last[field.number()] = in.at();
          choice = field.occurs() == Occurs.ONE_OF ? field.number() : choice;
        }
        in.skip(tag);
      }
    }

    void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      for (Field field : type.fields()) {
        int number = field.number();
        if (count[number] == 0 || (field.occurs() == Occurs.ONE_OF && choice != number)) {
          continue;
        }
        json.writeFieldName(field.name());
        if (field.repeated()) {
          writeList(field, json);
        } else if (field.type() != null && count[number] > 1) {
          byte[] whole = whole(field);
          new Message(field.type(), whole, 0, whole.length, depth + 1).write(json);
        } else {
          writeValue(field, new WireReader().of(record, last[number], end), json);
        }
      }
      json.writeEndObject();
    }

    private void writeList(Field field, JsonGenerator json) throws IOException {
      json.writeStartArray();
      WireReader in = new WireReader().of(record, start, end);
      for (int left = count[field.number()]; left > 0; ) {
        int tag = in.tag();
        if (tag == field.tag()) {
          writeValue(field, in, json);
          left--;
        } else {
          in.skip(tag);
        }
      }
      json.writeEndArray();
    }

    /** Returns a message. The parts of a repeated singular message are concatenated. */
    private byte[] whole(Field field) throws IOException {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      WireReader in = new WireReader().of(record, start, end);
      for (int tag = in.tag(); tag != 0; tag = in.tag()) {
        if (tag == field.tag()) {
          whole.writeBytes(in.bytes());
        } else {
          in.skip(tag);
        }
      }
      return whole.toByteArray();
    }

    private void writeValue(Field field, WireReader in, JsonGenerator json) throws IOException {
      switch (field.kind()) {
        case MESSAGE -> {
          int length = in.length();
          int from = in.at();
          in.pass(length);
          new Message(field.message(), record, from, from + length, depth + 1).write(json);
        }
        case STRING -> json.writeString(in.text());
        case BYTES -> json.writeBinary(in.bytes());
        case TRACE_ID, SPAN_ID -> json.writeString(HexFormat.of().formatHex(in.bytes()));
        case BOOL -> json.writeBoolean(in.varint64() != 0);
        case INT32, SPAN_KIND, STATUS_CODE -> json.writeNumber(in.varint32());
        case UINT32 -> json.writeNumber(Wire.unsigned(in.varint32()));
        case FIXED32 -> json.writeNumber(Wire.unsigned(in.fixed32()));
        case INT64 -> json.writeString(Long.toString(in.varint64()));
        case FIXED64 -> json.writeString(Long.toUnsignedString(in.fixed64()));
        case DOUBLE ->
            json.writeNumber(
                Double.longBitsToDouble(in.fixed64())); // NaN and infinities are quoted
        case VALUE_TYPE, REFERENCE_TYPE, TIMESTAMP, DURATION ->
            throw new IllegalStateException(field.name() + ": no field of OTLP");
      }
    }
  }
}
