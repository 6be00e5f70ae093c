package io.tailrace.topology.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Collects the body of a request. Refuses one that is too large with an OTLP error.
 *
 * <p>Copies the body to one array. Netty's aggregator keeps the pieces, up to 1,024 of them, and
 * then copies all: a body of 16 MiB in chunks of one byte is copied 16,000 times.
 */
final class HttpRequestReader extends SimpleChannelInboundHandler<HttpObject> {
  private static final int FIRST_BYTES = 256;

  /**
   * Greatest ratio of a body's memory to its received bytes. A header alone must not reserve
   * memory.
   */
  private static final long MAX_AHEAD = 4;

  private final HttpTransfer transfer;
  private final Intake intake;
  private final int maxBytes;

  /** Null if the rest of a request is discarded, and between requests. */
  private @Nullable HttpRequest head;

  private ByteBuf body = Unpooled.EMPTY_BUFFER;

  HttpRequestReader(HttpTransfer transfer, Intake intake, int maxBytes) {
    this.transfer = transfer;
    this.intake = intake;
    this.maxBytes = maxBytes;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (part instanceof HttpRequest request) {
      begin(context, request);
    }
    if (head != null && part instanceof HttpContent content) {
      append(context, head, content);
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    if (request.decoderResult().isFailure()) { // has no end
      forget();
      context.fireChannelRead(whole(request, Unpooled.EMPTY_BUFFER));
      return;
    }
    head = request;
    body = Unpooled.buffer(FIRST_BYTES);
    boolean expects = HttpUtil.is100ContinueExpected(request);
    if (HttpUtil.getContentLength(request, 0L) > maxBytes) {
      // The client may send the body anyway; it must not be parsed as the next request.
      refuse(context, request, expects);
    } else if (expects) {
      context
          .writeAndFlush(
              new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE))
          .addListener(sent -> {});
    }
  }

  private void append(ChannelHandlerContext context, HttpRequest request, HttpContent part) {
    if (part.decoderResult().isFailure()) {
      request.setDecoderResult(part.decoderResult());
    }
    if (body.readableBytes() + part.content().readableBytes() > maxBytes) {
      refuse(context, request, false);
      return;
    }
    makeRoom(request, part.content().readableBytes());
    body.writeBytes(part.content());
    if (part instanceof LastHttpContent) {
      FullHttpRequest whole = whole(request, body);
      forget();
      context.fireChannelRead(whole);
    }
  }

  /** Enlarges the body, if possible to its final size, so that it is not copied again. */
  private void makeRoom(HttpRequest request, int bytes) {
    int needed = body.readableBytes() + bytes;
    int before = body.capacity();
    if (needed <= before) {
      return;
    }
    long last = HttpUtil.getContentLength(request, 0L);
    boolean isNear = needed <= last && last <= MAX_AHEAD * needed;
    body.capacity(isNear ? (int) last : Math.max(needed, (int) Math.min(2L * before, maxBytes)));
    transfer.add(body.capacity() - before);
  }

  private static FullHttpRequest whole(HttpRequest head, ByteBuf body) {
    FullHttpRequest whole =
        new DefaultFullHttpRequest(
            head.protocolVersion(),
            head.method(),
            head.uri(),
            body,
            head.headers(),
            EmptyHttpHeaders.INSTANCE);
    whole.setDecoderResult(head.decoderResult());
    return whole;
  }

  /** Answers. Unless it closes, reads and discards the rest: a client reads the answer after it. */
  private void refuse(ChannelHandlerContext context, HttpRequest request, boolean close) {
    forget();
    Answer answer = Answer.refused(Refusal.TOO_LARGE, TooLargeException.message(maxBytes));
    intake.refused(Transport.HTTP, answer);
    HttpAnswers.send(context, HttpAnswers.encoding(request), answer, close);
  }

  private void forget() {
    head = null;
    body = Unpooled.EMPTY_BUFFER; // on the heap, so it needs no release
  }
}
