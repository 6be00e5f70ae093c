package io.tailrace.topology.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Aggregates a request. Refuses one that is too large with an OTLP error. */
final class HttpRequestReader extends HttpObjectAggregator {
  private final Intake intake;
  private final int maxBytes;

  HttpRequestReader(Intake intake, int maxBytes) {
    super(maxBytes);
    this.intake = intake;
    this.maxBytes = maxBytes;
  }

  /** Answers {@code Expect: 100-continue}, which clients such as curl send before a large body. */
  @Override
  protected Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    Object response = super.newContinueResponse(start, maxContentLength, pipeline);
    if (response instanceof FullHttpResponse refusal
        && refusal.status().equals(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE)) {
      refusal.release();
      FullHttpResponse told = HttpAnswers.response(HttpAnswers.encoding(start), refused());
      // The client may send the body anyway; it must not be parsed as the next request.
      told.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      return told;
    }
    return response;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    // Reads and discards the rest: a client that is disconnected while sending reads no answer and
    // retries.
    HttpAnswers.send(context, HttpAnswers.encoding(oversized), refused(), false, sent -> {});
  }

  private Answer refused() {
    Answer answer = Answer.refused(Refusal.TOO_LARGE, TooLargeException.message(maxBytes));
    intake.refused(Transport.HTTP, answer);
    return answer;
  }
}
