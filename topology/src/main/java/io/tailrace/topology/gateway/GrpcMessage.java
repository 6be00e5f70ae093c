package io.tailrace.topology.gateway;

import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC message: its bytes or the reason of a refusal. An exception would end the call with a
 * status that OTLP does not use.
 *
 * @param bytes empty if refused
 * @param refusal null if not refused
 */
record GrpcMessage(byte[] bytes, @Nullable Refusal refusal) {
  private static final byte[] NONE = {};

  static final class Marshaller implements MethodDescriptor.Marshaller<GrpcMessage> {
    @Override
    public InputStream stream(GrpcMessage message) {
      return new ByteArrayInputStream(message.bytes());
    }

    @Override
    public GrpcMessage parse(InputStream stream) {
      try {
        return new GrpcMessage(stream.readAllBytes(), null);
      } catch (StatusRuntimeException tooLargeUnpacked) {
        return new GrpcMessage(NONE, Refusal.TOO_LARGE);
      } catch (IOException brokenGzip) {
        return new GrpcMessage(NONE, Refusal.MALFORMED);
      }
    }
  }
}
