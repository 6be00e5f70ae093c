package io.tailrace.serdes;

/** Converts records of one {@link Encoding} to OTLP. Not thread-safe. */
@FunctionalInterface
public interface Translator {
  /**
   * Converts a record.
   *
   * @return {@code TracesData}; for {@link Encoding#OTLP_PROTO}, the record itself without
   *     validation
   * @throws MalformedOtlpException if the record does not have the encoding
   */
  byte[] toTracesData(byte[] record) throws MalformedOtlpException;
}
