package io.tailrace.topology.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Gathers a request, and refuses one that is too large in OTLP's words. */
final class HttpRequestReader extends HttpObjectAggregator {
  private final Intake intake;
  private final int maxBytes;

  HttpRequestReader(Intake intake, int maxBytes) {
    super(maxBytes);
    this.intake = intake;
    this.maxBytes = maxBytes;
  }

  /** Curl and others ask before they send much: {@code Expect: 100-continue}. */
  @Override
  protected Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    Object response = super.newContinueResponse(start, maxContentLength, pipeline);
    if (response instanceof FullHttpResponse refusal
        && refusal.status().equals(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE)) {
      refusal.release();
      FullHttpResponse told = HttpAnswers.response(HttpAnswers.encoding(start), refused());
      // It may be sent all the same, and must not be taken for the next request.
      told.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      return told;
    }
    return response;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    // The rest is read and forgotten: who is cut off while it sends reads no answer, and tries
    // again.
    HttpAnswers.send(context, HttpAnswers.encoding(oversized), refused(), false, sent -> {});
  }

  private Answer refused() {
    Answer answer = Answer.refused(Refusal.TOO_LARGE, TooLargeException.message(maxBytes));
    intake.refused(Transport.HTTP, answer);
    return answer;
  }
}
