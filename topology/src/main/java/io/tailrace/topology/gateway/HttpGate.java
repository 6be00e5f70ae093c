package io.tailrace.topology.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;

/**
 * Refuses a request by its headers if it has no token or there is no room, so that its body is not
 * buffered.
 */
final class HttpGate extends ChannelInboundHandlerAdapter {
  private final Intake intake;
  private boolean isPassedOver;

  HttpGate(Intake intake) {
    this.intake = intake;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (message instanceof HttpRequest head) {
      Optional<Answer> refusal =
          intake.refusal(Transport.HTTP, head.headers().get(HttpHeaderNames.AUTHORIZATION));
      isPassedOver = refusal.isPresent();
      refusal.ifPresent(
          answer ->
              HttpAnswers.send(context, HttpAnswers.encoding(head), answer, intake.isStopping()));
    }
    if (isPassedOver) {
      ReferenceCountUtil.release(message);
    } else {
      super.channelRead(context, message);
    }
  }
}
