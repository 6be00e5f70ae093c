package io.tailrace.topology.gateway;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/** Counts messages that gRPC itself refuses because of their length. */
final class RefusedByGrpc extends ServerStreamTracer.Factory {
  private final Intake intake;

  RefusedByGrpc(Intake intake) {
    this.intake = intake;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new ServerStreamTracer() {
      private boolean isRead;

      @Override
      public void inboundMessageRead(int number, long wireSize, long size) {
        isRead = true;
      }

      @Override
      public void streamClosed(Status status) {
        String why = String.valueOf(status.getDescription());
        if (!isRead
            && status.getCode() == Status.Code.RESOURCE_EXHAUSTED
            && why.contains("exceeds maximum size")) {
          intake.refused(Transport.GRPC, Answer.refused(Refusal.TOO_LARGE, why));
        }
      }
    };
  }
}
