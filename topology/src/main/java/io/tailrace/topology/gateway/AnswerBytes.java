package io.tailrace.topology.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Encodes answers: {@code ExportTraceServiceResponse}, or {@code google.rpc.Status} with {@code
 * google.rpc.RetryInfo} if the client should retry. Written by hand because there are few fields.
 */
final class AnswerBytes {
  private static final int PARTIAL_SUCCESS = 1;
  private static final int REJECTED_SPANS = 1;
  private static final int ERROR_MESSAGE = 2;
  private static final int STATUS_CODE = 1;
  private static final int STATUS_MESSAGE = 2;
  private static final int STATUS_DETAILS = 3;
  private static final int ANY_TYPE_URL = 1;
  private static final int ANY_VALUE = 2;
  private static final int RETRY_DELAY = 1;
  private static final int DURATION_SECONDS = 1;
  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
  private static final JsonFactory JSON = new JsonFactory();

  private AnswerBytes() {}

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  static byte[] protobuf(Answer answer) {
    Refusal refusal = answer.refusal();
    if (refusal != null) {
      return message(out -> writeStatus(refusal, answer.message(), out));
    }
    return message(
        out -> {
          if (answer.rejectedSpans() > 0) {
            writeMessage(
                PARTIAL_SUCCESS,
                partial -> {
                  partial.writeInt64(REJECTED_SPANS, answer.rejectedSpans());
                  partial.writeString(ERROR_MESSAGE, answer.message());
                },
                out);
          }
        });
  }

  static byte[] json(Answer answer) {
    Refusal refusal = answer.refusal();
    return object(
        json -> {
          if (refusal != null) {
            writeStatus(refusal, answer.message(), json);
          } else if (answer.rejectedSpans() > 0) {
            json.writeObjectFieldStart("partialSuccess");
            json.writeStringField("rejectedSpans", Long.toString(answer.rejectedSpans()));
            json.writeStringField("errorMessage", answer.message());
            json.writeEndObject();
          }
        });
  }

  private static void writeStatus(Refusal refusal, String why, CodedOutputStream out)
      throws IOException {
    out.writeInt32(STATUS_CODE, refusal.code().value());
    out.writeString(STATUS_MESSAGE, why);
    if (refusal.isRetried()) {
      byte[] delay =
          message(
              info ->
                  writeMessage(
                      RETRY_DELAY,
                      duration -> duration.writeInt64(DURATION_SECONDS, Refusal.RETRY_SECONDS),
                      info));
      writeMessage(
          STATUS_DETAILS,
          any -> {
            any.writeString(ANY_TYPE_URL, RETRY_INFO);
            any.writeByteArray(ANY_VALUE, delay);
          },
          out);
    }
  }

  private static void writeStatus(Refusal refusal, String why, JsonGenerator json)
      throws IOException {
    json.writeNumberField("code", refusal.code().value());
    json.writeStringField("message", why);
    if (refusal.isRetried()) {
      json.writeArrayFieldStart("details");
      json.writeStartObject();
      json.writeStringField("@type", RETRY_INFO);
      json.writeStringField("retryDelay", Refusal.RETRY_SECONDS + "s");
      json.writeEndObject();
      json.writeEndArray();
    }
  }

  private static void writeMessage(int field, Fields fields, CodedOutputStream out)
      throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeByteArrayNoTag(message(fields));
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of memory
    }
    return bytes.toByteArray();
  }

  private static byte[] object(Members members) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of memory
    }
    return bytes.toByteArray();
  }
}
