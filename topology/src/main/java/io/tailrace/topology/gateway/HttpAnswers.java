package io.tailrace.topology.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Writes answers as HTTP responses. */
final class HttpAnswers {
  private HttpAnswers() {}

  /**
   * Writes an answer in the encoding of the request.
   *
   * @param close whether to close the connection
   */
  static void send(ChannelHandlerContext to, Encoding encoding, Answer answer, boolean close) {
    FullHttpResponse response = response(encoding, answer);
    if (close) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    write(to, response);
  }

  static FullHttpResponse response(Encoding encoding, Answer answer) {
    Refusal refusal = answer.refusal();
    HttpResponseStatus status =
        refusal != null ? HttpResponseStatus.valueOf(refusal.httpStatus()) : HttpResponseStatus.OK;
    FullHttpResponse response = response(status, encoding.contentType(), encoding.bytes(answer));
    if (refusal == Refusal.UNAUTHENTICATED) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    if (refusal != null && refusal.isRetried()) {
      response.headers().setInt(HttpHeaderNames.RETRY_AFTER, Refusal.RETRY_SECONDS);
    }
    return response;
  }

  /** Writes a text line for clients that do not use OTLP. */
  static void sendText(ChannelHandlerContext to, HttpResponseStatus status, String line) {
    byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response = response(status, "text/plain; charset=utf-8", body);
    if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, "POST");
    }
    if (status.equals(HttpResponseStatus.BAD_REQUEST)) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    write(to, response);
  }

  /** Reads no further request before the answer is sent, so that answers do not pile up. */
  private static void write(ChannelHandlerContext to, FullHttpResponse response) {
    to.channel().config().setAutoRead(false);
    to.writeAndFlush(response).addListener(sent -> to.channel().config().setAutoRead(true));
  }

  /** Returns the encoding of the answer: that of the request if supported. */
  static Encoding encoding(HttpMessage request) {
    return Encoding.of(request.headers().get(HttpHeaderNames.CONTENT_TYPE))
        .orElse(Encoding.PROTOBUF);
  }

  private static FullHttpResponse response(HttpResponseStatus status, String type, byte[] body) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    return response;
  }
}
