package io.tailrace.serdes;

/** Makes OTLP of records in one {@link Encoding}. Not thread-safe. */
@FunctionalInterface
public interface Translator {
  /**
   * Translates a record as a whole.
   *
   * @return {@code TracesData}; of {@link Encoding#OTLP_PROTO} the record itself, unread
   * @throws MalformedOtlpException if the record is not of the encoding
   */
  byte[] toTracesData(byte[] record) throws MalformedOtlpException;
}
