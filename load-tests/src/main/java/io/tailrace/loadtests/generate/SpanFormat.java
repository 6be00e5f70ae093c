package io.tailrace.loadtests.generate;

import io.opentelemetry.exporter.internal.marshal.Marshaler;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Formats of consecutive requests, as in the Collector's file exporter. */
enum SpanFormat {
  /** OTLP/JSON, one line per request. */
  JSON {
    @Override
    void write(Marshaler request, DataOutputStream out) throws IOException {
      ByteArrayOutputStream json = new ByteArrayOutputStream();
      request.writeJsonTo(json); // closes what it writes to
      json.writeTo(out);
      out.write('\n');
    }
  },

  /** OTLP protobuf with a big-endian length of four bytes. */
  PROTO {
    @Override
    void write(Marshaler request, DataOutputStream out) throws IOException {
      out.writeInt(request.getBinarySerializedSize());
      request.writeBinaryTo(out);
    }
  };

  abstract void write(Marshaler request, DataOutputStream out) throws IOException;

  /** Returns the format by name. Empty if unknown. */
  static Optional<SpanFormat> of(String name) {
    return Arrays.stream(values())
        .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }
}
