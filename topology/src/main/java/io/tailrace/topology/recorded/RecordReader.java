package io.tailrace.topology.recorded;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.OtlpJsonReader;
import io.tailrace.topology.recorded.RecordedSpans.Sink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Makes {@code TracesData} of a record, or a fault. */
final class RecordReader {
  private final OtlpJsonReader json = OtlpJsonReader.ofAllSignals();
  private final Sink sink;
  private final Runnable skip;
  private final int maxBytes;

  RecordReader(Sink sink, Runnable skip, int maxBytes) {
    this.sink = sink;
    this.skip = skip;
    this.maxBytes = maxBytes;
  }

  /** A message of unknown kind: compressed or not, JSON or protobuf. */
  void message(String where, byte[] bytes) {
    byte[] plain = bytes;
    if (Format.isZstd(bytes)) {
      try {
        plain = decompress(bytes);
      } catch (IOException e) {
        fault(where, PeekableInput.reason(e));
        return;
      }
    }
    if (plain.length > maxBytes) {
      fault(where, tooLarge(maxBytes));
    } else if (Format.isJson(plain)) {
      json(where, plain, plain.length);
    } else {
      protobuf(where, plain);
    }
  }

  void json(String where, byte[] bytes, int length) {
    try {
      deliver(json.toProtobuf(bytes, 0, length));
    } catch (MalformedOtlpException e) {
      fault(where, e.getMessage());
    }
  }

  void protobuf(String where, byte[] bytes) {
    try {
      deliver(bytes);
    } catch (MalformedOtlpException e) {
      fault(where, e.getMessage());
    }
  }

  void fault(String where, String message) {
    sink.fault(where, message);
  }

  /** Whether the input ended here because it is broken, which is a fault then. */
  boolean end(PeekableInput in, String where) {
    if (in.failure() == null) {
      return false;
    }
    fault(where, in.failure());
    return true;
  }

  static String tooLarge(int maxBytes) {
    return "record of more bytes than can be read (expected: at most " + maxBytes + ")";
  }

  private void deliver(byte[] tracesData) throws MalformedOtlpException {
    if (tracesData.length == 0) {
      skip.run();
    } else {
      sink.record(tracesData);
    }
  }

  /** One byte more than allowed at most: little compressed may be much. */
  private byte[] decompress(byte[] bytes) throws IOException {
    try (InputStream in =
        new ZstdInputStreamNoFinalizer(
            new ByteArrayInputStream(bytes), RecyclingBufferPool.INSTANCE)) {
      return in.readNBytes(maxBytes + 1);
    }
  }
}
