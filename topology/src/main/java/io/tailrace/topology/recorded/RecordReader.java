package io.tailrace.topology.recorded;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.OtlpJsonReader;
import io.tailrace.topology.recorded.RecordedSpans.Sink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Converts a record to {@code TracesData} or reports a fault. */
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

  /** Processes a message of unknown format: compressed or not, JSON or protobuf. */
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
      fault(where, String.valueOf(e.getMessage()));
    }
  }

  void protobuf(String where, byte[] bytes) {
    try {
      deliver(bytes);
    } catch (MalformedOtlpException e) {
      fault(where, String.valueOf(e.getMessage()));
    }
  }

  void fault(String where, String message) {
    sink.fault(where, message);
  }

  /** Reports a fault if the input ended early, and returns whether it did. */
  boolean end(PeekableInput in, String where) {
    if (in.failure() == null) {
      return false;
    }
    fault(where, in.failure());
    return true;
  }

  static String tooLarge(int maxBytes) {
    return "record too large (expected: at most " + maxBytes + ")";
  }

  private void deliver(byte[] tracesData) throws MalformedOtlpException {
    if (tracesData.length == 0) {
      skip.run();
    } else {
      sink.record(tracesData);
    }
  }

  /** Decompresses at most one byte more than allowed, because few bytes can expand to many. */
  private byte[] decompress(byte[] bytes) throws IOException {
    try (InputStream in =
        new ZstdInputStreamNoFinalizer(
            new ByteArrayInputStream(bytes), RecyclingBufferPool.INSTANCE)) {
      return in.readNBytes(maxBytes + 1);
    }
  }
}
