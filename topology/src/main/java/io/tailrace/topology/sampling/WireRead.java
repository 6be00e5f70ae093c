package io.tailrace.topology.sampling;

import io.tailrace.policies.span.UnreadableSpanException;
import io.tailrace.serdes.MalformedOtlpException;

/** A question to a reader of wire bytes, put so that conditions understand a failure. */
interface WireRead<T> {
  T read() throws MalformedOtlpException;

  static <T> T of(WireRead<T> question) {
    try {
      return question.read();
    } catch (MalformedOtlpException e) {
      throw new UnreadableSpanException(e.getMessage());
    }
  }
}
