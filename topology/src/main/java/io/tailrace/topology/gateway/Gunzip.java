package io.tailrace.topology.gateway;

import io.grpc.Decompressor;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Decompresses gzip for both transports. The reader limits the length. */
final class Gunzip implements Decompressor {
  /** Empty members in a row: the JDK recurses for each, until the stack is full. */
  private static final int MAX_EMPTY_MEMBERS = 100;

  @Override
  public String getMessageEncoding() {
    return "gzip";
  }

  @Override
  public InputStream decompress(InputStream packed) throws IOException {
    return new GZIPInputStream(packed) {
      private int depth;

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        if (depth > MAX_EMPTY_MEMBERS) {
          throw new ZipException("too many empty members (expected: one member)");
        }
        depth++;
        try {
          return super.read(to, offset, length);
        } finally {
          depth--;
        }
      }
    };
  }
}
