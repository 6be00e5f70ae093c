package io.tailrace.topology.gateway;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Observes what gRPC receives and sends, from the headers of a call to its end. */
final class GrpcTransfers extends ServerStreamTracer.Factory {
  private static final Context.Key<Stream> STREAM = Context.key("transfers");

  /** Cost of a frame: its objects, and the rest of the network buffer that it keeps. */
  private static final int FRAME_BYTES = 1 << 10;

  private final Transfers transfers;

  GrpcTransfers(Transfers transfers) {
    this.transfers = transfers;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Stream(transfers);
  }

  /** Returns the stream of the call that this thread starts. */
  static Stream current() {
    return STREAM.get();
  }

  /** One call. Thread-safe. */
  static final class Stream extends ServerStreamTracer {
    private final Transfers transfers;
    private final Transfers.Transfer request;
    private Context.@Nullable CancellableContext context;
    private Transfers.@Nullable Transfer answer;
    private @Nullable Consumer<String> refusal;
    private @Nullable String resetReason;
    private boolean isClosed;

    private Stream(Transfers transfers) {
      this.transfers = transfers;
      request = transfers.begin(this::abortRequest);
    }

    /** Sets what answers a request that is aborted. Until then, the call is reset. */
    synchronized void onAbortion(Consumer<String> to) {
      refusal = to;
    }

    private void abortRequest(String why) {
      Consumer<String> to;
      synchronized (this) {
        to = refusal;
      }
      if (to == null) {
        reset(why);
      } else {
        to.accept(why);
      }
    }

    /** gRPC resets a call whose context is cancelled by a timeout. */
    private void reset(String why) {
      Context.CancellableContext of;
      synchronized (this) {
        resetReason = why;
        of = context;
      }
      if (of != null) {
        of.cancel(new TimeoutException(why));
      }
    }

    /** The request is complete. */
    void received() {
      request.end();
    }

    /** The answer is being sent, until the stream is closed. */
    void answered() {
      request.end();
      Transfers.Transfer begun = transfers.begin(this::reset);
      boolean isLate;
      synchronized (this) {
        answer = begun;
        isLate = isClosed;
      }
      if (isLate) {
        begun.end();
      }
    }

    @Override
    public Context filterContext(Context outer) {
      Context.CancellableContext own = outer.withValue(STREAM, this).withCancellation();
      String why;
      synchronized (this) {
        context = own;
        why = resetReason;
      }
      if (why != null) {
        own.cancel(new TimeoutException(why));
      }
      return own;
    }

    @Override
    public void inboundWireSize(long bytes) {
      request.add(bytes + FRAME_BYTES);
    }

    @Override
    public void streamClosed(Status status) {
      request.end();
      Transfers.Transfer begun;
      Context.CancellableContext of;
      synchronized (this) {
        isClosed = true;
        begun = answer;
        of = context;
      }
      if (begun != null) {
        begun.end();
      }
      if (of != null) {
        of.cancel(null); // detaches it from its parent
      }
    }
  }
}
