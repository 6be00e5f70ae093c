package io.tailrace.topology.gateway;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Sends requests, by plain gRPC and HTTP clients. */
final class OtlpClient implements AutoCloseable {
  static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final MethodDescriptor<byte[], byte[]> EXPORT =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("opentelemetry.proto.collector.trace.v1.TraceService/Export")
          .setRequestMarshaller(new BytesMarshaller())
          .setResponseMarshaller(new BytesMarshaller())
          .build();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;
  private final ManagedChannel channel;

  OtlpClient(OtlpReceiver receiver) {
    base = URI.create("http://127.0.0.1:" + receiver.httpPort());
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", receiver.grpcPort()).usePlaintext().build();
  }

  CompletableFuture<byte[]> grpc(byte[] request) {
    return call(request, CallOptions.DEFAULT);
  }

  CompletableFuture<byte[]> grpc(byte[] request, String authorization) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    return call(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
        request,
        CallOptions.DEFAULT);
  }

  CompletableFuture<byte[]> grpcGzip(byte[] request) {
    return call(request, CallOptions.DEFAULT.withCompression("gzip"));
  }

  CompletableFuture<HttpResponse<byte[]>> http(String contentType, byte[] body, String... headers) {
    HttpRequest.Builder request = post(contentType, body);
    return send(headers.length > 0 ? request.headers(headers) : request);
  }

  /** With {@code Expect: 100-continue}. */
  CompletableFuture<HttpResponse<byte[]>> httpAsksFirst(String contentType, byte[] body) {
    return send(post(contentType, body).expectContinue(true));
  }

  private HttpRequest.Builder post(String contentType, byte[] body) {
    return HttpRequest.newBuilder(base.resolve("/v1/traces"))
        .version(HttpClient.Version.HTTP_1_1)
        .header("Content-Type", contentType)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  private CompletableFuture<HttpResponse<byte[]>> send(HttpRequest.Builder request) {
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  /** What is answered to these bytes before the connection is closed. */
  String untilClosed(String bytes) throws IOException {
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(base.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<byte[]> call(byte[] request, CallOptions options) {
    return call(channel, request, options);
  }

  private static CompletableFuture<byte[]> call(Channel to, byte[] request, CallOptions options) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    ClientCalls.asyncUnaryCall(
        to.newCall(EXPORT, options),
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(byte[] value) {
            answer.complete(value);
          }

          @Override
          public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
          }

          @Override
          public void onCompleted() {}
        });
    return answer;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
