package io.tailrace.loadtests;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.serdes.Encoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Ids, parent, name, times and failure of a span in the formats of others. */
final class EncodedSpans {
  private static final long NANOS_A_SECOND = 1_000_000_000;

  private EncodedSpans() {}

  static byte[] record(Encoding encoding, Span span) {
    return switch (encoding) {
      case JAEGER_PROTO -> jaeger(span);
      case ZIPKIN_JSON -> zipkin(span).getBytes(StandardCharsets.UTF_8);
      case OTLP_PROTO -> Otlp.request(span).toByteArray();
      default -> throw new IllegalArgumentException(encoding.label());
    };
  }

  private static String zipkin(Span span) {
    String parent =
        span.getParentSpanId().isEmpty()
            ? ""
            : "\"parentId\":\"" + ExportReader.hex(span.getParentSpanId()) + "\",";
    return String.format(
        Locale.ROOT,
        "[{\"traceId\":\"%s\",\"id\":\"%s\",%s\"name\":\"%s\",\"timestamp\":%d,\"duration\":7,"
            + "\"localEndpoint\":{\"serviceName\":\"shop\"},\"tags\":{%s}}]",
        ExportReader.hex(span.getTraceId()),
        ExportReader.hex(span.getSpanId()),
        parent,
        span.getName(),
        Math.max(1, span.getStartTimeUnixNano() / 1_000),
        isError(span) ? "\"error\":\"true\"" : "");
  }

  private static byte[] jaeger(Span span) {
    Message message = new Message().bytes(1, span.getTraceId()).bytes(2, span.getSpanId());
    message.bytes(3, span.getNameBytes());
    if (!span.getParentSpanId().isEmpty()) {
      message.message(
          4, new Message().bytes(1, span.getTraceId()).bytes(2, span.getParentSpanId()));
    }
    message.message(
        6,
        new Message()
            .number(1, span.getStartTimeUnixNano() / NANOS_A_SECOND)
            .number(2, span.getStartTimeUnixNano() % NANOS_A_SECOND));
    message.message(7, new Message().number(2, 7_000));
    if (isError(span)) {
      message.message(
          8, new Message().bytes(1, ByteString.copyFromUtf8("error")).number(2, 1).number(4, 1));
    }
    return message
        .message(10, new Message().bytes(1, ByteString.copyFromUtf8("shop")))
        .toByteArray();
  }

  private static boolean isError(Span span) {
    return span.getStatus().getCodeValue() == 2;
  }

  /** Protobuf by field number, as another program than ours writes it. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    Message bytes(int field, ByteString value) {
      return write(() -> out.writeBytes(field, value));
    }

    Message number(int field, long value) {
      return write(() -> out.writeInt64(field, value));
    }

    Message message(int field, Message value) {
      return bytes(field, ByteString.copyFrom(value.toByteArray()));
    }

    byte[] toByteArray() {
      write(out::flush);
      return bytes.toByteArray();
    }

    private Message write(Write write) {
      try {
        write.run();
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private interface Write {
      void run() throws IOException;
    }
  }
}
