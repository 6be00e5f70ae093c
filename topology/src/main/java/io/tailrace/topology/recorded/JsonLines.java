package io.tailrace.topology.recorded;

import io.tailrace.topology.recorded.PeekableInput.Line;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Reads JSON by lines. Each line is a record, so that a malformed line does not affect others. A
 * line with only an opening brace starts a pretty-printed document, which ends at a line that
 * starts with the closing brace or cannot be part of it.
 */
final class JsonLines {
  private final PeekableInput in;
  private final String name;
  private final RecordReader records;
  private final int maxBytes;
  private final LineBuffer record = new LineBuffer();
  private long line;
  private long firstLine;
  private boolean document;

  JsonLines(PeekableInput in, String name, RecordReader records, int maxBytes) {
    this.in = in;
    this.name = name;
    this.records = records;
    this.maxBytes = maxBytes;
  }

  void readAll() throws IOException {
    skipByteOrderMark();
    LineBuffer next = new LineBuffer();
    Line read = in.readLine(next, maxBytes);
    while (read == Line.WHOLE || (read == Line.LAST && in.failure() == null)) {
      line++;
      take(next);
      next.reset();
      read = in.readLine(next, maxBytes);
    }
    if (!records.end(in, name + ":" + (document ? firstLine : line + 1)) && document) {
      deliver();
    }
  }

  private void skipByteOrderMark() throws IOException {
    byte[] head = in.peek(3);
    if (Format.isByteOrderMark(head)) {
      in.skipPeeked(head.length);
    }
  }

  private void take(LineBuffer next) {
    if (document && next.startsWith('{')) {
      deliver();
    }
    if (!document) {
      if (next.isBlank()) {
        return;
      }
      firstLine = line;
    }
    record.add(next, maxBytes);
    document = document ? !next.startsWith('}') : next.isBrace();
    if (!document) {
      deliver();
    }
  }

  private void deliver() {
    String where = name + ":" + firstLine;
    if (record.size() > maxBytes) {
      records.fault(where, RecordReader.tooLarge(maxBytes));
    } else {
      records.json(where, record.bytes(), record.size());
    }
    record.reset();
    document = false;
  }

  /** A byte buffer with access to its array. */
  private static final class LineBuffer extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }

    void add(LineBuffer line, int max) {
      write(line.buf, 0, Math.min(line.count, max + 1 - count));
      if (count <= max) {
        write('\n');
      }
    }

    boolean startsWith(char c) {
      return count > 0 && buf[0] == c;
    }

    boolean isBlank() {
      return length() == 0;
    }

    boolean isBrace() {
      return startsWith('{') && length() == 1;
    }

    /** Returns the length without trailing white space. */
    private int length() {
      int length = count;
      while (length > 0 && Format.isSpace(buf[length - 1])) {
        length--;
      }
      return length;
    }
  }
}
