package io.tailrace.serdes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tailrace.serdes.MessageType.Field;
import io.tailrace.serdes.MessageType.Occurs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;

/**
 * Turns OTLP protobuf into OTLP/JSON as the specification has it: ids in hex, 64-bit integers as
 * strings, enums as numbers. Unknown fields are left out; bytes in text that are not UTF-8 become
 * U+FFFD. Thread-safe.
 */
public final class OtlpJsonWriter {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_FIELD = 16;
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * One line of JSON, without its end.
   *
   * @throws MalformedOtlpException if the bytes are not {@code TracesData}
   */
  public byte[] toJson(byte[] tracesData) throws MalformedOtlpException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(2 * tracesData.length + 16);
    try {
      JsonGenerator json = JSON.createGenerator(out);
      new Message(OtlpSchema.TRACES_DATA, tracesData, 0, tracesData.length, 0).write(json);
      json.close(); // not in a finally: it would close what is open, over the exception's cause
    } catch (IOException e) {
      throw Wire.malformed(tracesData, e);
    }
    return out.toByteArray();
  }

  /** One message: where its fields lie, since in JSON those of a list stand together. */
  private static final class Message {
    private final MessageType type;
    private final byte[] record;
    private final int start;
    private final int end;
    private final int depth;
    private final int[] count = new int[MAX_FIELD + 1];
    private final int[] last = new int[MAX_FIELD + 1]; // offset behind the last tag
    private int choice; // of several of a oneof the last counts

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
      CodedInputStream in = Wire.open(record, start, end);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        Field field = type.field(tag);
        if (field != null) {
          count[field.number()]++;
          last[field.number()] = in.getTotalBytesRead();
          choice = field.occurs() == Occurs.ONE_OF ? field.number() : choice;
        }
        Wire.skip(in, tag);
      }
      in.checkLastTagWas(0);
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
          writeValue(field, Wire.open(record, last[number], end), json);
        }
      }
      json.writeEndObject();
    }

    private void writeList(Field field, JsonGenerator json) throws IOException {
      json.writeStartArray();
      CodedInputStream in = Wire.open(record, start, end);
      for (int left = count[field.number()]; left > 0; ) {
        int tag = in.readTag();
        if (tag == field.tag()) {
          writeValue(field, in, json);
          left--;
        } else {
          Wire.skip(in, tag);
        }
      }
      json.writeEndArray();
    }

    /** A message that is written in parts is one of their bytes in a row. */
    private byte[] whole(Field field) throws IOException {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      CodedInputStream in = Wire.open(record, start, end);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == field.tag()) {
          whole.writeBytes(in.readByteArray());
        } else {
          Wire.skip(in, tag);
        }
      }
      return whole.toByteArray();
    }

    private void writeValue(Field field, CodedInputStream in, JsonGenerator json)
        throws IOException {
      switch (field.kind()) {
        case MESSAGE -> {
          int length = in.readRawVarint32();
          int from = in.getTotalBytesRead();
          in.skipRawBytes(length);
          new Message(field.type(), record, from, from + length, depth + 1).write(json);
        }
        case STRING -> json.writeString(in.readString());
        case BYTES -> json.writeBinary(in.readByteArray());
        case TRACE_ID, SPAN_ID -> json.writeString(HexFormat.of().formatHex(in.readByteArray()));
        case BOOL -> json.writeBoolean(in.readBool());
        case INT32, SPAN_KIND, STATUS_CODE -> json.writeNumber(in.readInt32());
        case UINT32 -> json.writeNumber(Wire.unsigned(in.readUInt32()));
        case FIXED32 -> json.writeNumber(Wire.unsigned(in.readFixed32()));
        case INT64 -> json.writeString(Long.toString(in.readInt64()));
        case FIXED64 -> json.writeString(Long.toUnsignedString(in.readFixed64()));
        case DOUBLE -> json.writeNumber(in.readDouble()); // NaN and infinite ones in quotes
      }
    }
  }
}
