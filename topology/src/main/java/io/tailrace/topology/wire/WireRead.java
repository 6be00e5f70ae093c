package io.tailrace.topology.wire;

import io.tailrace.policies.span.UnreadableSpanException;
import io.tailrace.serdes.MalformedOtlpException;

/** Read of wire bytes that converts failures into errors of conditions. */
interface WireRead<T> {
  T read() throws MalformedOtlpException;

  static <T> T of(WireRead<T> question) {
    try {
      return question.read();
    } catch (MalformedOtlpException e) {
      throw failed(e);
    }
  }

  static UnreadableSpanException failed(MalformedOtlpException cause) {
    return new UnreadableSpanException(String.valueOf(cause.getMessage()));
  }
}
