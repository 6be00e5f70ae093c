package io.tailrace.loadtests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Stands between the engines and their broker, to cut and to slow the connections. Thread-safe. */
final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 16 << 10;
  private static final long SILENT_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final ServerSocket server;
  private final int target;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "tcp-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile boolean silent;
  private volatile long delayMillis;

  TcpProxy(int port, int target) {
    this.target = target;
    try {
      server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Closes every connection and lets none through until {@link #restore()}. */
  void cut() {
    cut = true;
    open.forEach(TcpProxy::closeQuietly);
  }

  /**
   * Lets nothing through until {@link #restore()} and closes nothing, as a network that loses all
   * packets; afterwards, the proxy forwards the bytes.
   */
  void silence() {
    silent = true;
  }

  /** Holds every chunk of bytes back for so long. */
  void slowDown(long millisPerChunk) {
    delayMillis = millisPerChunk;
  }

  void restore() {
    cut = false;
    silent = false;
    delayMillis = 0;
  }

  @Override
  public void close() {
    closeQuietly(server);
    cut();
    threads.shutdownNow();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (cut) {
          closeQuietly(client);
        } else {
          connect(client);
        }
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    try {
      Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(client);
      open.add(broker);
      threads.execute(() -> pump(client, broker));
      threads.execute(() -> pump(broker, client));
    } catch (IOException brokerAway) {
      closeQuietly(client);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(chunk); read >= 0 && !cut; read = in.read(chunk)) {
        if (delayMillis > 0) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
        }
        while (silent && !cut) {
          LockSupport.parkNanos(SILENT_STEP_NANOS);
        }
        out.write(chunk, 0, read);
      }
    } catch (IOException closed) {
      // the other side hears of it when its socket is closed
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception closed) {
      // closed is closed
    }
  }
}
