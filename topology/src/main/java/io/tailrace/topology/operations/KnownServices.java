package io.tailrace.topology.operations;

import io.tailrace.serdes.BytesToLong;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cache of the service of each resource, by its bytes, as a service sends the same resource with
 * every batch. Resources with the same slot replace each other, and large ones are not cached,
 * which limits the cache to about 300 KiB. Not thread-safe.
 */
final class KnownServices {
  private static final int PLACES = 256; // a power of two
  private static final int LARGEST = 1 << 10; // bytes

  private final SpanScan spans;
  private final SpanReader reader;
  private final byte[][] resources = new byte[PLACES][];
  private final @Nullable String[] services = new @Nullable String[PLACES];
  private final BytesToLong find = this::find; // one object for all calls
  private final BytesToLong put = this::put;
  private String read = "";

  KnownServices(SpanScan spans, SpanReader reader) {
    this.spans = spans;
    this.reader = reader;
  }

  /**
   * Returns {@code service.name} of the resource of a span; empty if absent.
   *
   * @param span its index in the record
   */
  String of(int span) throws MalformedOtlpException {
    int resource = spans.resource(span);
    int place = (int) spans.resource(resource, find);
    String known = place < 0 ? null : services[place];
    if (known == null) {
      reader.at(span);
      Object value = reader.resource().attributes().get("service.name");
      known = value instanceof String text ? text : "";
      read = known;
      spans.resource(resource, put);
    }
    return known;
  }

  private long find(byte[] buffer, int offset, int length) {
    int place = KnownOperations.place(buffer, offset, length, 0, PLACES);
    byte[] known = resources[place];
    return known != null && Arrays.equals(known, 0, known.length, buffer, offset, offset + length)
        ? place
        : -1;
  }

  private long put(byte[] buffer, int offset, int length) {
    if (length <= LARGEST) {
      int place = KnownOperations.place(buffer, offset, length, 0, PLACES);
      resources[place] = Arrays.copyOfRange(buffer, offset, offset + length);
      services[place] = read;
    }
    return 0;
  }
}
