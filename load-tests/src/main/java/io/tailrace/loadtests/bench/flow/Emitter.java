package io.tailrace.loadtests.bench.flow;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A source of spans with the bytes of its resource and scope.
 *
 * @param resource a {@code Resource} message
 * @param scope an {@code InstrumentationScope} message
 */
record Emitter(ByteString resource, ByteString scope) {
  private static final int FIRST = 1; // the resource of a ResourceSpans, the scope of a ScopeSpans
  private static final int SECOND = 2; // the ScopeSpans of a ResourceSpans

  /** Creates a {@code TracesData} of spans, each given as a field with tag. */
  byte[] record(List<byte[]> spans) {
    int scopeSpans = CodedOutputStream.computeBytesSize(FIRST, scope);
    for (byte[] span : spans) {
      scopeSpans += span.length;
    }
    int resourceSpans =
        CodedOutputStream.computeBytesSize(FIRST, resource) + sizeOfMessage(scopeSpans);
    byte[] record = new byte[sizeOfMessage(resourceSpans)];
    CodedOutputStream out = CodedOutputStream.newInstance(record);
    try {
      out.writeTag(FIRST, 2);
      out.writeUInt32NoTag(resourceSpans);
      out.writeBytes(FIRST, resource);
      out.writeTag(SECOND, 2);
      out.writeUInt32NoTag(scopeSpans);
      out.writeBytes(FIRST, scope);
      for (byte[] span : spans) {
        out.writeRawBytes(span);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return record;
  }

  private static int sizeOfMessage(int length) {
    return 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
  }
}
