package io.tailrace.topology.recorded;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdIOException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Decompresses consecutive zstd frames. {@code ZstdInputStream} of zstd-jni 1.5.6 accepts a file
 * that is truncated in its second or a later frame. The Collector's file exporter writes one frame
 * per batch.
 */
final class ZstdFrames extends InputStream {
  /** Small, because a call that meets corrupt input discards data that it decompressed before. */
  private static final int INPUT = 4 << 10;

  private static final int OUTPUT = 128 << 10;

  private final InputStream in;
  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private final byte[] read = new byte[INPUT];
  private final ByteBuffer compressed = ByteBuffer.allocateDirect(INPUT).limit(0);
  private final ByteBuffer plain = ByteBuffer.allocateDirect(OUTPUT).limit(0);
  private final ByteBuffer none = ByteBuffer.allocateDirect(0);
  private boolean betweenFrames = true;
  private boolean moreToFlush; // the output buffer was full

  ZstdFrames(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return decompress() ? plain.get() & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!decompress()) {
      return -1;
    }
    int count = Math.min(length, plain.remaining());
    plain.get(target, offset, count);
    return count;
  }

  @Override
  public void close() {
    zstd.close();
  }

  /** Decompresses data and returns whether there is any. */
  private boolean decompress() throws IOException {
    if (plain.hasRemaining()) {
      return true;
    }
    plain.clear();
    try {
      while (plain.position() == 0 && (moreToFlush || compressed.hasRemaining() || refill())) {
        betweenFrames =
            zstd.decompressDirectByteBufferStream(plain, moreToFlush ? none : compressed);
        moreToFlush = !betweenFrames && !plain.hasRemaining();
      }
    } catch (ZstdException e) {
      throw new ZstdIOException(e.getErrorCode(), e.getMessage());
    } finally {
      plain.flip();
    }
    return plain.hasRemaining();
  }

  private boolean refill() throws IOException {
    int count = in.read(read);
    if (count < 0) {
      if (!betweenFrames) {
        throw new EOFException("ends within a zstd frame");
      }
      return false;
    }
    compressed.clear();
    compressed.put(read, 0, count);
    compressed.flip();
    return true;
  }
}
