package io.tailrace.loadtests.demo;

import io.tailrace.loadtests.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Temporary directory of the demo. */
final class TemporaryDirectory implements AutoCloseable {
  private final Path path;

  TemporaryDirectory() {
    try {
      path = Files.createTempDirectory("tailrace-demo-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    Directories.delete(path);
  }
}
