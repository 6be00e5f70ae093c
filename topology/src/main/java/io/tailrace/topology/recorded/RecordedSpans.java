package io.tailrace.topology.recorded;

import com.github.luben.zstd.ZstdIOException;
import io.tailrace.serdes.MalformedOtlpException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads recorded spans from a file or a pipe. Detects the format by the first bytes: OTLP/JSON
 * lines or documents, one protobuf {@code TracesData}, or length-prefixed messages (JSON or
 * protobuf, optionally compressed with zstd) with a length of four bytes, as in the Collector's
 * file exporter, or a varint. The whole input can be compressed with gzip or zstd.
 *
 * <p>The largest record limits the memory. Used once by one thread; other threads may call {@link
 * #bytesRead} and {@link #skipped}.
 */
public final class RecordedSpans {
  /** Limit of a record after decompression. */
  private static final int MAX_RECORD_BYTES = 256 << 20;

  private static final int GZIP_BUFFER = 64 << 10;

  private final PeekableInput file;
  private final String name;
  private final int maxRecordBytes;
  private final AtomicLong skipped = new AtomicLong();

  /**
   * Creates a reader of {@code in}. The caller closes the stream.
   *
   * @param name name of the input in faults, such as the file name
   */
  public RecordedSpans(InputStream in, String name) {
    this(in, name, MAX_RECORD_BYTES);
  }

  RecordedSpans(InputStream in, String name, int maxRecordBytes) {
    file = new PeekableInput(in);
    this.name = name;
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * Delivers all records in file order. Reports unreadable parts as faults and continues after them
   * if possible.
   *
   * @throws IOException if the input itself cannot be read
   */
  public void read(Sink sink) throws IOException {
    RecordReader records = new RecordReader(sink, skipped::incrementAndGet, maxRecordBytes);
    try (InputStream plain = decompressed()) {
      read(plain == file ? file : new PeekableInput(plain), records);
    } catch (EOFException | ZipException | ZstdIOException e) { // truncated header
      records.fault(name, PeekableInput.reason(e));
    }
  }

  private InputStream decompressed() throws IOException {
    byte[] head = file.peek(4);
    if (Format.isGzip(head)) {
      return new GZIPInputStream(file, GZIP_BUFFER);
    }
    return Format.isZstd(head) ? new ZstdFrames(file) : file;
  }

  private void read(PeekableInput plain, RecordReader records) throws IOException {
    byte[] head = plain.peek(Format.HEAD_BYTES);
    switch (Format.of(head, maxRecordBytes)) {
      case JSON -> new JsonLines(plain, name, records, maxRecordBytes).readAll();
      case TRACES_DATA -> readWhole(plain, records);
      case LENGTH_IN_4_BYTES ->
          new Messages(plain, Messages::fourBytes, name, records, maxRecordBytes).readAll();
      case LENGTH_AS_VARINT ->
          new Messages(plain, Messages::varint, name, records, maxRecordBytes).readAll();
      case EMPTY -> records.end(plain, name);
      case UNKNOWN -> records.fault(name, Format.unknown(head));
    }
  }

  private void readWhole(PeekableInput plain, RecordReader records) throws IOException {
    byte[] all = plain.readNBytes(maxRecordBytes + 1);
    if (all.length > maxRecordBytes) {
      records.fault(name, RecordReader.tooLarge(maxRecordBytes));
    } else if (!records.end(plain, name)) {
      records.protobuf(name, all);
    }
  }

  /** Returns the bytes read so far, before decompression. */
  public long bytesRead() {
    return file.bytesRead();
  }

  /** Returns the number of records so far without traces. */
  public long skipped() {
    return skipped.get();
  }

  /** Receives records. */
  public interface Sink {
    /**
     * Receives a record. Protobuf input is not validated.
     *
     * @throws MalformedOtlpException to report the record as a fault
     */
    void record(byte[] tracesData) throws MalformedOtlpException;

    /**
     * Receives a fault of an unreadable record.
     *
     * @param where name of the input, with line or message number if available
     */
    void fault(String where, String message);
  }
}
