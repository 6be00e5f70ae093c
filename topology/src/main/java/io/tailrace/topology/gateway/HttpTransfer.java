package io.tailrace.topology.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Begins the transfer of a request at its first byte, before the HTTP codec. {@link End} belongs
 * behind the codec. Used by one connection, in its event loop.
 */
final class HttpTransfer extends ChannelInboundHandlerAdapter {
  private final Transfers transfers;
  private Transfers.@Nullable Transfer current;

  HttpTransfer(Transfers transfers) {
    this.transfers = transfers;
  }

  /** Adds memory of the request. */
  void add(long bytes) {
    if (current != null) {
      current.add(bytes);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
    if (current == null) {
      // Without an answer: the sender may be waiting for one only after the request.
      current = transfers.begin(why -> context.close().addListener(closed -> {}));
    }
    super.channelRead(context, bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    end();
    super.channelInactive(context);
  }

  private void end() {
    if (current != null) {
      current.end();
      current = null;
    }
  }

  /** Ends the transfer when the codec has decoded the whole request, whether used or not. */
  final class End extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      try {
        super.channelRead(context, message);
      } finally {
        if (message instanceof LastHttpContent) {
          end();
        }
      }
    }
  }
}
