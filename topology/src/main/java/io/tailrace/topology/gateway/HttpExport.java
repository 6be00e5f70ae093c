package io.tailrace.topology.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles {@code POST /v1/traces}. Processes one request per connection at a time, so that answers
 * keep their order.
 */
final class HttpExport extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpExport.class);
  private static final String PATH = "/v1/traces";

  private final Intake intake;
  private final int maxBytes;

  HttpExport(Intake intake, int maxBytes) {
    this.intake = intake;
    this.maxBytes = maxBytes;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      refuse(context, HttpResponseStatus.BAD_REQUEST, "not HTTP");
      return;
    }
    if (!new QueryStringDecoder(request.uri()).path().equals(PATH)) {
      refuse(context, HttpResponseStatus.NOT_FOUND, "not found (expected: " + PATH + ")");
      return;
    }
    if (!request.method().equals(HttpMethod.POST)) {
      refuse(
          context, HttpResponseStatus.METHOD_NOT_ALLOWED, request.method() + " (expected: POST)");
      return;
    }
    Optional<Encoding> encoding = Encoding.of(request.headers().get(HttpHeaderNames.CONTENT_TYPE));
    if (encoding.isEmpty()) {
      refuse(
          context,
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type (expected: application/x-protobuf or application/json)");
      return;
    }
    String packing =
        request
            .headers()
            .get(HttpHeaderNames.CONTENT_ENCODING, "identity")
            .toLowerCase(Locale.ROOT);
    boolean isGzip = packing.equals("gzip");
    if (!isGzip && !packing.equals("identity")) {
      refuse(
          context,
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          "Content-Encoding (expected: gzip or none)");
      return;
    }
    take(context, new HttpBody(bytes(request.content()), encoding.get(), isGzip));
  }

  private void take(ChannelHandlerContext context, HttpBody body) {
    context.channel().config().setAutoRead(false);
    intake.take(
        Transport.HTTP,
        body.bytes().length,
        () -> body.toTracesData(maxBytes),
        answer -> HttpAnswers.send(context, body.encoding(), answer, intake.isStopping()));
  }

  /** Returns the content: its own array if it is full, else a copy. */
  private static byte[] bytes(ByteBuf content) {
    return ByteBufUtil.getBytes(content, content.readerIndex(), content.readableBytes(), false);
  }

  private static void refuse(
      ChannelHandlerContext context, HttpResponseStatus status, String line) {
    HttpAnswers.sendText(context, status, line);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.atDebug().setCause(cause).log("connection of {} failed", context.channel().remoteAddress());
    context.close().addListener(closed -> {});
  }
}
