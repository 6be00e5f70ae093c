package io.tailrace.topology.gateway;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
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
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** Interval of the gateway's own pings, which find connections without a peer. */
  private static final Duration PING_INTERVAL = Duration.ofMinutes(1);

  /** Concurrent calls of a connection. Clients queue more of them. */
  private static final int MAX_CALLS = 100;

  /** Calls of a connection that may be reset in {@link #RESET_SECONDS}: CVE-2023-44487. */
  private static final int MAX_RESETS = 200;

  private static final int RESET_SECONDS = 10;

  private static final DecompressorRegistry GZIP =
      DecompressorRegistry.emptyInstance()
          .with(Codec.Identity.NONE, false)
          .with(new Gunzip(), true);

  /** Logs a stack trace for each request that is too large. The sender gets an error anyway. */
  private static final Logger STREAM_FAULTS = Logger.getLogger("io.grpc.netty.NettyServerStream");

  /** Logs a stack trace for each frame that violates HTTP/2. */
  private static final Logger FRAME_FAULTS = Logger.getLogger("io.grpc.netty.NettyServerHandler");

  /** Logs a stack trace for each connection that violates HTTP/2. */
  private static final Logger CONNECTION_FAULTS =
      Logger.getLogger("io.grpc.netty.NettyServerTransport");

  static {
    STREAM_FAULTS.setLevel(Level.SEVERE);
    FRAME_FAULTS.setLevel(Level.SEVERE);
    CONNECTION_FAULTS.setLevel(Level.SEVERE);
  }

  private final Intake intake;
  private final Executor workers;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          new DefaultThreadFactory("tailrace-grpc", true), NioIoHandler.newFactory());
  private final Server server;

  /**
   * Starts to listen.
   *
   * @param tls keys; null for no TLS
   * @param limits limits of connections and of slow senders
   * @param transfers requests that are being received
   * @throws IOException if it cannot listen
   */
  GrpcEndpoint(
      InetSocketAddress address,
      @Nullable TlsKeys tls,
      Intake intake,
      Executor workers,
      int maxRequestBytes,
      SenderLimits limits,
      Transfers transfers)
      throws IOException {
    this.intake = intake;
    this.workers = workers;
    MethodDescriptor<GrpcMessage, byte[]> export =
        MethodDescriptor.<GrpcMessage, byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Export"))
            .setRequestMarshaller(new GrpcMessage.Marshaller())
            .setResponseMarshaller(new BytesMarshaller())
            .build();
    try {
      server =
          NettyServerBuilder.forAddress(address, credentials(tls))
              .executor(workers)
              .channelFactory(
                  () ->
                      new LimitedServerChannel(
                          limits.connections(),
                          pipeline -> pipeline.addLast(new SmallFrameLimit())))
              .bossEventLoopGroup(loops)
              .workerEventLoopGroup(loops)
              .handshakeTimeout(limits.toShakeHands().toMillis(), TimeUnit.MILLISECONDS)
              .maxConnectionIdle(SenderLimits.SILENCE.toMillis(), TimeUnit.MILLISECONDS)
              .keepAliveTime(PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
              .keepAliveTimeout(limits.toTransfer().toMillis(), TimeUnit.MILLISECONDS)
              .maxConcurrentCallsPerConnection(MAX_CALLS)
              .maxRstFramesPerWindow(MAX_RESETS, RESET_SECONDS)
              .decompressorRegistry(GZIP)
              .maxInboundMessageSize(maxRequestBytes)
              .permitKeepAliveTime(MIN_PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
              .permitKeepAliveWithoutCalls(true)
              .addService(
                  ServerServiceDefinition.builder(SERVICE)
                      .addMethod(
                          export, (call, headers) -> new Export(call, headers, maxRequestBytes))
                      .build())
              .addStreamTracerFactory(new RefusedByGrpc(intake))
              .addStreamTracerFactory(new GrpcTransfers(transfers))
              .build()
              .start();
    } catch (IOException | RuntimeException e) {
      end();
      throw e;
    }
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
    } finally {
      end();
    }
  }

  private void end() {
    loops
        .shutdownGracefully(0, TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(TO_CLOSE.toMillis());
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
    private final GrpcTransfers.Stream stream = GrpcTransfers.current();

    /** Set by whoever answers. An abortion comes from another thread. */
    private final AtomicBoolean isOver = new AtomicBoolean();

    private @Nullable GrpcMessage message;

    Export(ServerCall<GrpcMessage, byte[]> call, Metadata headers, int maxRequestBytes) {
      this.call = call;
      this.maxRequestBytes = maxRequestBytes;
      // Without a token or room, the message is not read.
      intake
          .refusal(Transport.GRPC, headers.get(AUTHORIZATION))
          .ifPresentOrElse(
              refusal -> {
                isOver.set(true);
                answer(refusal);
              },
              () -> {
                call.request(2); // detects a second message, which is a fault
                stream.onAbortion(why -> workers.execute(() -> refuse(Refusal.BUSY, why)));
              });
    }

    @Override
    public void onMessage(GrpcMessage came) {
      if (message != null) {
        refuse(Refusal.MALFORMED, "request: several messages (expected: one)");
      }
      message = came;
    }

    @Override
    public void onHalfClose() {
      stream.received();
      if (message == null) {
        refuse(Refusal.MALFORMED, "request: no message (expected: one)");
      } else if (message.refusal() != null) {
        boolean isTooLarge = message.refusal() == Refusal.TOO_LARGE;
        refuse(
            message.refusal(),
            isTooLarge ? TooLargeException.message(maxRequestBytes) : "request: broken gzip");
      } else if (isOver.compareAndSet(false, true)) {
        byte[] bytes = message.bytes();
        intake.take(Transport.GRPC, bytes.length, () -> bytes, this::answer);
      }
    }

    private void refuse(Refusal refusal, String why) {
      if (isOver.compareAndSet(false, true)) {
        Answer answer = Answer.refused(refusal, why);
        intake.refused(Transport.GRPC, answer);
        answer(answer);
      }
    }

    private void answer(Answer answer) {
      stream.answered();
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
