package io.tailrace.topology.gateway;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.OtlpJsonReader;
import java.util.Locale;
import java.util.Optional;

/** Encoding of an HTTP request and its answer. */
enum Encoding {
  PROTOBUF("application/x-protobuf"),
  JSON("application/json");

  private final String contentType;

  Encoding(String contentType) {
    this.contentType = contentType;
  }

  /** Parses the Content-Type header. Ignores parameters such as the charset. */
  static Optional<Encoding> of(String header) {
    if (header == null) {
      return Optional.empty();
    }
    int end = header.indexOf(';');
    String type = (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    for (Encoding encoding : values()) {
      if (encoding.contentType.equals(type)) {
        return Optional.of(encoding);
      }
    }
    return Optional.empty();
  }

  String contentType() {
    return contentType;
  }

  byte[] toTracesData(byte[] body) throws MalformedOtlpException {
    return this == PROTOBUF ? body : OtlpJsonReader.ofTraces().toProtobuf(body, 0, body.length);
  }

  byte[] bytes(Answer answer) {
    return this == PROTOBUF ? AnswerBytes.protobuf(answer) : AnswerBytes.json(answer);
  }
}
