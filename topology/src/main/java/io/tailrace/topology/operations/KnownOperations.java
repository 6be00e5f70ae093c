package io.tailrace.topology.operations;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.tailrace.serdes.BytesToLong;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cache of operations by the bytes of resource and span name, so that a span of a known operation
 * creates no text. Entries with the same slot replace each other, and long ones are not cached,
 * which limits the cache to about 1 MiB with the services. Not thread-safe.
 */
final class KnownOperations {
  private static final int PLACES = 1 << 10; // a power of two
  private static final int LONGEST_NAME = 1 << 8; // bytes
  private static final Hasher64 HASH = Hashing.komihash5_0();

  private final SpanScan spans;
  private final SpanReader reader;
  private final KnownServices services;
  private final byte[][] names = new byte[PLACES][];
  private final @Nullable Operation[] operations = new @Nullable Operation[PLACES];
  private final BytesToLong find = this::find; // one object for all calls
  private final BytesToLong put = this::put;

  private String service = "";
  private int kind;
  private @Nullable Operation made;

  /**
   * @param reader reader of the scanned record; is moved
   */
  KnownOperations(SpanScan spans, SpanReader reader) {
    this.spans = spans;
    this.reader = reader;
    this.services = new KnownServices(spans, reader);
  }

  /**
   * Returns the operation of a span.
   *
   * @param span its index in the record
   */
  Operation of(int span) throws MalformedOtlpException {
    service = services.of(span);
    kind = spans.kind(span);
    int place = (int) spans.name(span, find);
    Operation known = place < 0 ? null : operations[place];
    if (known == null) {
      reader.at(span);
      known = new Operation(service, reader.name(), kind);
      made = known;
      spans.name(span, put);
    }
    return known;
  }

  private long find(byte[] buffer, int offset, int length) {
    int place = placeOfOperation(buffer, offset, length);
    Operation known = operations[place];
    return known != null
            && known.kind() == kind
            && known.service().equals(service)
            && isAt(names[place], buffer, offset, length)
        ? place
        : -1;
  }

  private long put(byte[] buffer, int offset, int length) {
    if (length <= LONGEST_NAME && service.length() <= LONGEST_NAME) {
      int place = placeOfOperation(buffer, offset, length);
      names[place] = Arrays.copyOfRange(buffer, offset, offset + length);
      operations[place] = made;
    }
    return 0;
  }

  private int placeOfOperation(byte[] buffer, int offset, int length) {
    return place(buffer, offset, length, service.hashCode() + kind, PLACES);
  }

  static int place(byte[] buffer, int offset, int length, int seed, int places) {
    long hash = HASH.hashBytesToLong(buffer, offset, length) ^ seed;
    return (int) (hash ^ (hash >>> 32)) & (places - 1);
  }

  private static boolean isAt(byte @Nullable [] known, byte[] buffer, int offset, int length) {
    return known != null && Arrays.equals(known, 0, known.length, buffer, offset, offset + length);
  }
}
