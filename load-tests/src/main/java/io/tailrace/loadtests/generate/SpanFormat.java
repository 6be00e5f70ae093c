package io.tailrace.loadtests.generate;

import io.opentelemetry.exporter.internal.marshal.Marshaler;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How requests are written one after the other. Each as the Collector's file exporter does. */
enum SpanFormat {
  /** A line of OTLP/JSON each. */
  JSON {
    @Override
    void write(Marshaler request, DataOutputStream out) throws IOException {
      ByteArrayOutputStream json = new ByteArrayOutputStream();
      request.writeJsonTo(json); // closes what it writes to
      json.writeTo(out);
      out.write('\n');
    }
  },

  /** OTLP protobuf, each after its length in four bytes, big-endian. */
  PROTO {
    @Override
    void write(Marshaler request, DataOutputStream out) throws IOException {
      out.writeInt(request.getBinarySerializedSize());
      request.writeBinaryTo(out);
    }
  };

  abstract void write(Marshaler request, DataOutputStream out) throws IOException;

  /** Empty if there is none of this name. */
  static Optional<SpanFormat> of(String name) {
    return Arrays.stream(values())
        .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }
}
