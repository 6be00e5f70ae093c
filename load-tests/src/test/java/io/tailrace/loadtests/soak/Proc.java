package io.tailrace.loadtests.soak;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** Reads memory, threads and file handles of a process from Linux, and sizes of directories. */
final class Proc {
  private static final Path SELF = Path.of("/proc/self");

  private final Path directory;

  Proc(long pid) {
    directory = Path.of("/proc", Long.toString(pid));
  }

  static boolean isAvailable() {
    return Files.isReadable(SELF.resolve("status")) && Files.isDirectory(SELF.resolve("fd"));
  }

  long residentBytes() throws IOException {
    return status("VmRSS:") << 10;
  }

  /** Threads of the kernel, those of the JVM and of RocksDB included. */
  long threads() throws IOException {
    return status("Threads:");
  }

  long handles() throws IOException {
    try (Stream<Path> handles = Files.list(directory.resolve("fd"))) {
      return handles.count();
    }
  }

  private long status(String name) throws IOException {
    for (String line : Files.readAllLines(directory.resolve("status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
      }
    }
    throw new IOException(name + " is not in " + directory.resolve("status"));
  }

  /** Sum of the sizes of the files in a directory, some of which may just be deleted. */
  static long bytesIn(Path directory) throws IOException {
    long[] sum = {0};
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return skip(e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path file, IOException e) throws IOException {
            return skip(e);
          }

          private FileVisitResult skip(IOException e) throws IOException {
            if (e != null && !(e instanceof NoSuchFileException)) {
              throw e;
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }
}
