package io.tailrace.topology.fleet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Version of a policy set on the history topic. Derived from the record on the config topic alone,
 * so that all writers produce the same content.
 *
 * @param name key of the policy set
 * @param version number
 * @param time record time, ISO 8601
 * @param author null if the producer set none
 * @param comment null if the producer set none
 * @param sha256 hash of the document, in hex; null if there is no document
 * @param document null if the policies were deleted
 */
public record PublishedPolicies(
    String name,
    long version,
    String time,
    @Nullable String author,
    @Nullable String comment,
    @Nullable String sha256,
    @Nullable String document) {
  static final String AUTHOR = "author";
  static final String COMMENT = "comment";

  static PublishedPolicies of(ConsumerRecord<String, byte[]> record, long version) {
    return of(record.key(), version, record.timestamp(), record.headers(), record.value());
  }

  static PublishedPolicies of(
      String key, long version, long time, Headers headers, byte @Nullable [] document) {
    return new PublishedPolicies(
        key,
        version,
        Instant.ofEpochMilli(time).toString(),
        text(headers.lastHeader(AUTHOR)),
        text(headers.lastHeader(COMMENT)),
        document == null ? null : sha256(document),
        document == null ? null : new String(document, StandardCharsets.UTF_8));
  }

  /** Key in the history topic. */
  String historyKey() {
    return name + "/" + version;
  }

  private static @Nullable String text(@Nullable Header header) {
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] document) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(document));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // required of every Java platform
    }
  }
}
