package io.tailrace.topology;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory of open traces. */
final class StateDir {
  private StateDir() {}

  /**
   * Makes it if it is absent, and tries to write there.
   *
   * @throws StartException if that cannot be done
   */
  static void ensureWritable(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, "writable", null));
    } catch (IOException e) {
      throw new StartException(
          "state_dir: %s (expected: a directory to write to): %s".formatted(directory, e), e);
    }
  }
}
