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
 * Spans that were recorded to a file or come through a pipe. What the format is, its first bytes
 * tell: OTLP/JSON lines or documents, one protobuf {@code TracesData}, or messages (JSON or
 * protobuf, by themselves compressed with zstd or not) that have their length before them, in four
 * bytes as the Collector's file exporter writes it or as a varint. All of it may be compressed with
 * gzip or zstd.
 *
 * <p>Memory is bounded by the largest record. Reads once, by one thread; {@link #bytesRead} and
 * {@link #skipped} may be asked by others meanwhile.
 */
public final class RecordedSpans {
  /** What a record may have, decompressed. */
  private static final int MAX_RECORD_BYTES = 256 << 20;

  private static final int GZIP_BUFFER = 64 << 10;

  private final PeekableInput file;
  private final String name;
  private final int maxRecordBytes;
  private final AtomicLong skipped = new AtomicLong();

  /**
   * Reads {@code in}, which stays the caller's to close.
   *
   * @param name what faults call the input, such as the file's name
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
   * Hands over everything in the order of the file. What cannot be read is a fault, and reading
   * goes on behind it if it can be told where that is.
   *
   * @throws IOException if the input itself cannot be read
   */
  public void read(Sink sink) throws IOException {
    RecordReader records = new RecordReader(sink, skipped::incrementAndGet, maxRecordBytes);
    try (InputStream plain = decompressed()) {
      read(plain == file ? file : new PeekableInput(plain), records);
    } catch (EOFException | ZipException | ZstdIOException e) { // a header was cut
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

  /** Bytes taken of the input so far, before decompression. */
  public long bytesRead() {
    return file.bytesRead();
  }

  /** Records so far that hold other signals than traces, or nothing. */
  public long skipped() {
    return skipped.get();
  }

  /** Where records go. */
  public interface Sink {
    /**
     * A record; what was protobuf before has not been looked into.
     *
     * @throws MalformedOtlpException to make it a fault
     */
    void record(byte[] tracesData) throws MalformedOtlpException;

    /**
     * A record that cannot be read.
     *
     * @param where the input's name, with the number of the line or message if it has those
     */
    void fault(String where, String message);
  }
}
