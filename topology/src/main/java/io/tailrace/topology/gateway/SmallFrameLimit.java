package io.tailrace.topology.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;

/**
 * Closes an HTTP/2 connection that sends many empty or small DATA frames in a row without an end of
 * a stream. gRPC keeps an object per frame, and flow control does not count empty ones.
 */
final class SmallFrameLimit extends ChannelInboundHandlerAdapter {
  private static final int SMALL_BYTES = 64;
  private static final int MAX_IN_A_ROW = 1_000;

  /** gRPC adds its handler after the TLS handshake, so it is looked for at each read. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
    if (http2 != null) {
      http2.decoder().frameListener(new Counter(http2.decoder().frameListener()));
      context.pipeline().remove(this);
    }
    context.fireChannelRead(message);
  }

  private static final class Counter extends Http2FrameListenerDecorator {
    private int inARow;

    Counter(Http2FrameListener listener) {
      super(listener);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean isEnd)
        throws Http2Exception {
      inARow = isEnd || data.readableBytes() > SMALL_BYTES ? 0 : inARow + 1;
      if (inARow > MAX_IN_A_ROW) {
        throw Http2Exception.connectionError(
            Http2Error.ENHANCE_YOUR_CALM, "more than %s small frames in a row", MAX_IN_A_ROW);
      }
      return super.onDataRead(context, stream, data, padding, isEnd);
    }
  }
}
