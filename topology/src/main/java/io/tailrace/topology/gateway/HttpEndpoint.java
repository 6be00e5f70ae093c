package io.tailrace.topology.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** OTLP by HTTP. */
final class HttpEndpoint implements AutoCloseable {
  private static final Duration TO_CLOSE = Duration.ofSeconds(2);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          new DefaultThreadFactory("tailrace-http", true), NioIoHandler.newFactory());
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listening;

  /**
   * Starts to listen.
   *
   * @param tls keys; null for no TLS
   * @param limits limits of connections and of slow senders
   * @param transfers requests that are being received
   * @throws IOException if it cannot listen
   */
  HttpEndpoint(
      InetSocketAddress address,
      @Nullable TlsKeys tls,
      Intake intake,
      int maxRequestBytes,
      SenderLimits limits,
      Transfers transfers)
      throws IOException {
    try {
      SslContext ssl = ssl(tls);
      ChannelFuture bound =
          new ServerBootstrap()
              .group(loops)
              .channelFactory(() -> new LimitedServerChannel(limits.connections(), pipeline -> {}))
              .childOption(ChannelOption.TCP_NODELAY, true) // answers are small
              .childHandler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      connections.add(channel);
                      if (ssl != null) {
                        SslHandler handler = ssl.newHandler(channel.alloc());
                        handler.setHandshakeTimeoutMillis(limits.toShakeHands().toMillis());
                        channel.pipeline().addLast(handler);
                      }
                      HttpTransfer transfer = new HttpTransfer(transfers);
                      channel
                          .pipeline()
                          .addLast(
                              new ReadTimeoutHandler(
                                  SenderLimits.SILENCE.toSeconds(), TimeUnit.SECONDS),
                              new WriteTimeoutHandler(
                                  limits.toTransfer().toMillis(), TimeUnit.MILLISECONDS),
                              transfer,
                              new HttpServerCodec(),
                              new HttpServerKeepAliveHandler(),
                              new FlowControlHandler(),
                              transfer.new End(),
                              new HttpGate(intake),
                              new HttpRequestReader(transfer, intake, maxRequestBytes),
                              new HttpExport(intake, maxRequestBytes));
                    }
                  })
              .bind(address)
              .awaitUninterruptibly();
      if (!bound.isSuccess()) {
        throw new IOException(bound.cause());
      }
      listening = bound.channel();
    } catch (IOException | RuntimeException e) {
      end();
      throw e;
    }
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Accepts no more connections. Existing ones continue. */
  void stopListening() {
    listening.close().awaitUninterruptibly();
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly(TO_CLOSE.toMillis());
    end();
  }

  private void end() {
    loops
        .shutdownGracefully(0, TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(TO_CLOSE.toMillis());
  }

  private static @Nullable SslContext ssl(@Nullable TlsKeys tls) throws IOException {
    if (tls == null) {
      return null;
    }
    SslContextBuilder context =
        SslContextBuilder.forServer(tls.keys()).sslProvider(SslProvider.JDK);
    if (tls.trusted() != null) {
      context.trustManager(tls.trusted()).clientAuth(ClientAuth.REQUIRE);
    }
    return context.build();
  }
}
