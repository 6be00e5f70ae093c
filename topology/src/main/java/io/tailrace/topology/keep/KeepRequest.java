package io.tailrace.topology.keep;

import io.tailrace.serdes.TraceId;
import io.tailrace.topology.kafka.JsonRecords;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A request to keep a trace, of a person or of a kept trace that links to it.
 *
 * @param offset offset of the record
 * @param time timestamp of the record, in Unix milliseconds
 * @param key key of the record as text
 * @param id trace ID; null if the key is not one
 */
public record KeepRequest(long offset, long time, String key, @Nullable TraceId id, Value value) {
  private static final int MAX_TEXT = 200;

  /**
   * Optional JSON value of the record.
   *
   * @param author author; may be null
   * @param comment reason; may be null
   * @param search false: a partition that does not know the trace does not search its log
   * @param linkedFrom trace ID of the kept trace that links to this one; null for a manual request
   * @param logTime log time at which the link was followed, in Unix milliseconds; null for a manual
   *     request
   */
  public record Value(
      @Nullable String author,
      @Nullable String comment,
      @Nullable Boolean search,
      @Nullable String linkedFrom,
      @Nullable Long logTime) {
    static final Value EMPTY = new Value(null, null, null, null, null);

    /** Returns a manual request. */
    public static Value ofPerson(
        @Nullable String author, @Nullable String comment, boolean search) {
      return new Value(author, comment, search, null, null);
    }

    /** Returns the request of a kept trace. */
    public static Value ofLink(TraceId from, long logTime) {
      return new Value(null, null, false, from.toHex(), logTime);
    }

    /** Returns whether the request is that of a kept trace. */
    public boolean isLink() {
      return linkedFrom != null;
    }

    /** Returns the log time of a link; the earliest time if it is unknown. */
    public long linkedAt() {
      return logTime == null ? 0 : logTime;
    }

    public boolean wantsSearch() {
      return search == null || search;
    }
  }

  public static KeepRequest of(ConsumerRecord<byte[], byte[]> record) {
    String key =
        record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8).strip();
    Value value = JsonRecords.read(record.value(), Value.class).orElse(Value.EMPTY);
    return new KeepRequest(record.offset(), record.timestamp(), shortened(key), parsed(key), value);
  }

  private static @Nullable TraceId parsed(String key) {
    try {
      TraceId id = TraceId.parse(key);
      return id.high() == 0 && id.low() == 0 ? null : id;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
