package io.tailrace.loadtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports that no other process is given before their user binds them, seconds later.
 *
 * <p>A port that the system chooses is free only until the next client connects: clients get theirs
 * from the same range. These ports are below that range, and each is reserved by a lock on one byte
 * of a file until this JVM ends. Thread-safe.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END =
      32_768; // Linux gives clients ports from here, other systems higher
  private static final int ATTEMPTS = 1_000;
  private static final String DIRECTORY = "tailrace.ports.directory";
  // Never closed: closing any channel of a file releases all locks that the process has on it.
  private static final FileChannel RESERVED = open();

  private FreePorts() {}

  /**
   * Returns a free port, reserved for this JVM and the processes that it starts.
   *
   * @throws IllegalStateException if no free port is found
   */
  public static int next() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (reserve(port) && isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port after "
            + ATTEMPTS
            + " attempts (expected: one of "
            + FIRST
            + " to "
            + END
            + ")");
  }

  /** Returns the JVM option with which another JVM respects these reservations. */
  static String jvmOption() {
    return "-D" + DIRECTORY + "=" + directory();
  }

  private static String directory() {
    return System.getProperty(DIRECTORY, System.getProperty("java.io.tmpdir"));
  }

  private static boolean reserve(int port) {
    try {
      return RESERVED.tryLock(port, 1, false) != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress((InetAddress) null, port)); // all addresses
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private static FileChannel open() {
    String name = "tailrace-ports-" + System.getProperty("user.name") + ".lock";
    try {
      return FileChannel.open(
          Path.of(directory(), name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
