package io.tailrace.topology.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the number of connections. A new connection above the limit closes the one that has sent
 * the fewest bytes, and among these the one that has been quiet for longest: idle connections give
 * way to senders.
 */
final class LimitedServerChannel extends NioServerSocketChannel {
  private static final Logger LOG = LoggerFactory.getLogger(LimitedServerChannel.class);
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

  private final int maxConnections;
  private final Consumer<ChannelPipeline> each;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private long lastWarning = System.nanoTime() - BETWEEN_WARNINGS.toNanos();

  /**
   * @param maxConnections limit, 1 or more
   * @param each adds handlers to the pipeline of each connection, before those of the server
   */
  LimitedServerChannel(int maxConnections, Consumer<ChannelPipeline> each) {
    this.maxConnections = maxConnections;
    this.each = each;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int before = accepted.size();
    int count = super.doReadMessages(accepted);
    for (Object channel : accepted.subList(before, accepted.size())) {
      admit((Channel) channel);
    }
    return count;
  }

  /** Must not throw: Netty would close the listening socket. */
  private void admit(Channel channel) {
    while (connections.size() >= maxConnections) {
      connections.stream().min(Connection.LEAST_USED).ifPresent(this::evict);
    }
    Connection connection = new Connection(channel);
    connections.add(connection);
    channel.pipeline().addLast(connection);
    each.accept(channel.pipeline());
    channel.closeFuture().addListener(closed -> connections.remove(connection));
  }

  private void evict(Connection connection) {
    connections.remove(connection);
    connection.close();
    long now = System.nanoTime();
    if (now - lastWarning >= BETWEEN_WARNINGS.toNanos()) {
      lastWarning = now;
      LOG.atWarn()
          .addKeyValue("address", localAddress())
          .addKeyValue("limit", maxConnections)
          .log("too many connections: closing idle ones");
    }
  }

  /** Counts what a connection has sent. */
  private static final class Connection extends ChannelInboundHandlerAdapter {
    static final Comparator<Connection> LEAST_USED =
        Comparator.<Connection>comparingLong(connection -> connection.bytes.get())
            .thenComparing((a, b) -> Long.signum(a.lastRead - b.lastRead));

    private final Channel channel;
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean isEvicted;
    private volatile long lastRead = System.nanoTime();

    Connection(Channel channel) {
      this.channel = channel;
    }

    /** A channel that was accepted just now has no event loop, and closes when it has. */
    void close() {
      isEvicted = true;
      if (channel.isRegistered()) {
        channel.close().addListener(closed -> {});
      }
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) throws Exception {
      super.channelRegistered(context);
      if (isEvicted) {
        context.close().addListener(closed -> {});
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      if (message instanceof ByteBuf read) {
        bytes.addAndGet(read.readableBytes());
      }
      lastRead = System.nanoTime();
      super.channelRead(context, message);
    }
  }
}
