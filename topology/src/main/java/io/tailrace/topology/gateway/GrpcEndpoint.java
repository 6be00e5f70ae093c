package io.tailrace.topology.gateway;

import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** OTLP by gRPC. */
final class GrpcEndpoint implements AutoCloseable {
  private static final String SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService";
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration TO_CLOSE = Duration.ofSeconds(2);

  /**
   * Clients ping to keep connections through proxies alive. The default of 5 min would close them.
   */
  private static final Duration MIN_PING_INTERVAL = Duration.ofSeconds(10);

  /** Logs a stack trace for each request that is too large. The sender gets an error anyway. */
  private static final Logger STREAM_FAULTS = Logger.getLogger("io.grpc.netty.NettyServerStream");

  static {
    STREAM_FAULTS.setLevel(Level.SEVERE);
  }

  private final Intake intake;
  private final Server server;

  /**
   * Starts to listen.
   *
   * @param tls keys; null for no TLS
   * @throws IOException if it cannot listen
   */
  GrpcEndpoint(
      InetSocketAddress address,
      @Nullable TlsKeys tls,
      Intake intake,
      Executor workers,
      int maxRequestBytes)
      throws IOException {
    this.intake = intake;
    MethodDescriptor<GrpcMessage, byte[]> export =
        MethodDescriptor.<GrpcMessage, byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Export"))
            .setRequestMarshaller(new GrpcMessage.Marshaller())
            .setResponseMarshaller(new BytesMarshaller())
            .build();
    server =
        NettyServerBuilder.forAddress(address, credentials(tls))
            .executor(workers)
            .maxInboundMessageSize(maxRequestBytes)
            .permitKeepAliveTime(MIN_PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(
                ServerServiceDefinition.builder(SERVICE)
                    .addMethod(
                        export, (call, headers) -> new Export(call, headers, maxRequestBytes))
                    .build())
            .addStreamTracerFactory(new RefusedByGrpc(intake))
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  /** Accepts no more calls. Calls in progress continue. */
  void stopListening() {
    server.shutdown();
  }

  @Override
  public void close() {
    try {
      if (!server.shutdown().awaitTermination(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static ServerCredentials credentials(@Nullable TlsKeys tls) {
    if (tls == null) {
      return InsecureServerCredentials.create();
    }
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder().keyManager(tls.keys());
    if (tls.trusted() != null) {
      credentials.trustManager(tls.trusted()).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    }
    return credentials.build();
  }

  /** One call. */
  private final class Export extends ServerCall.Listener<GrpcMessage> {
    private final ServerCall<GrpcMessage, byte[]> call;
    private final int maxRequestBytes;
    private boolean isOver;
    private @Nullable GrpcMessage message;

    Export(ServerCall<GrpcMessage, byte[]> call, Metadata headers, int maxRequestBytes) {
      this.call = call;
      this.maxRequestBytes = maxRequestBytes;
      // Without a token or room, the message is not read.
      intake
          .refusal(Transport.GRPC, headers.get(AUTHORIZATION))
          .ifPresentOrElse(
              refusal -> {
                isOver = true;
                answer(refusal);
              },
              () -> call.request(2)); // detects a second message, which is a fault
    }

    @Override
    public void onMessage(GrpcMessage came) {
      if (message != null && !isOver) {
        refuse(Refusal.MALFORMED, "request: several messages (expected: one)");
      }
      message = came;
    }

    @Override
    public void onHalfClose() {
      if (isOver) {
        return;
      }
      if (message == null) {
        refuse(Refusal.MALFORMED, "request: no message (expected: one)");
      } else if (message.refusal() != null) {
        boolean isTooLarge = message.refusal() == Refusal.TOO_LARGE;
        refuse(
            message.refusal(),
            isTooLarge ? TooLargeException.message(maxRequestBytes) : "request: broken gzip");
      } else {
        byte[] bytes = message.bytes();
        intake.take(Transport.GRPC, bytes.length, () -> bytes, this::answer);
      }
    }

    private void refuse(Refusal refusal, String why) {
      isOver = true;
      Answer answer = Answer.refused(refusal, why);
      intake.refused(Transport.GRPC, answer);
      answer(answer);
    }

    private void answer(Answer answer) {
      Metadata trailers = new Metadata();
      Refusal refusal = answer.refusal();
      if (refusal != null) {
        if (refusal.isRetried()) {
          trailers.put(DETAILS, AnswerBytes.protobuf(answer));
        }
        Status status = Status.fromCode(refusal.code());
        call.close(status.withDescription(answer.message()), trailers);
      } else if (!call.isCancelled()) {
        call.sendHeaders(new Metadata());
        call.sendMessage(AnswerBytes.protobuf(answer));
        call.close(Status.OK, trailers);
      }
    }
  }
}
