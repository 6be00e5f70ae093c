package io.tailrace.topology.recorded;

import com.github.luben.zstd.ZstdIOException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A buffered stream with lookahead. Truncated or corrupt compressed data ends the stream, so that
 * earlier data is used. {@link #failure} returns the reason.
 */
final class PeekableInput extends InputStream {
  private final InputStream in;
  private final byte[] buffer = new byte[64 << 10];
  private int position;
  private int limit;
  private boolean ended;
  private @Nullable String failure;
  private final AtomicLong bytesRead = new AtomicLong();

  PeekableInput(InputStream in) {
    this.in = in;
  }

  static String reason(IOException broken) {
    return "cannot decompress the rest: " + broken.getMessage();
  }

  /** Returns the next bytes without consuming them. Fewer than {@code length} only at the end. */
  byte[] peek(int length) throws IOException {
    while (limit - position < length && fill()) {
      // until there is enough
    }
    return Arrays.copyOfRange(buffer, position, Math.min(limit, position + length));
  }

  void skipPeeked(int length) {
    position += length;
  }

  /**
   * Reads a line including its end.
   *
   * @param line receives the line without its end, at most {@code max + 1} bytes
   */
  Line readLine(ByteArrayOutputStream line, int max) throws IOException {
    if (available() == 0) {
      return Line.NONE;
    }
    boolean found = false;
    while (!found && available() > 0) {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, position, Math.min(end - position, max + 1 - line.size()));
      found = end < limit;
      position = found ? end + 1 : end;
    }
    return found ? Line.WHOLE : Line.LAST;
  }

  enum Line {
    NONE,
    WHOLE,
    /** The line ends with the stream. */
    LAST
  }

  @Override
  public int read() throws IOException {
    return available() == 0 ? -1 : buffer[position++] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = Math.min(length, available());
    if (count == 0) {
      return length == 0 ? 0 : -1;
    }
    System.arraycopy(buffer, position, target, offset, count);
    position += count;
    return count;
  }

  /**
   * Returns 0 only at the end, and blocks if necessary. {@code GZIPInputStream} treats 0 as the end
   * of the file, even if a pipe is only empty between two members.
   */
  @Override
  public int available() throws IOException {
    if (position == limit) {
      fill();
    }
    return limit - position;
  }

  long bytesRead() {
    return bytesRead.get();
  }

  /** Returns why the stream ended early, or null. */
  @Nullable String failure() {
    return failure;
  }

  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    int count = -1;
    try {
      count = in.read(buffer, limit, buffer.length - limit);
    } catch (EOFException | ZipException | ZstdIOException e) {
      failure = reason(e);
    }
    if (count < 0) {
      ended = true;
      return false;
    }
    limit += count;
    bytesRead.addAndGet(count);
    return true;
  }
}
