package io.tailrace.topology.instance;

import io.tailrace.topology.config.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.rocksdb.RocksDBException;

/** Directory of open traces. */
final class StateDir {
  private StateDir() {}

  /** Returns advice if the failure comes from an unwritable directory; otherwise empty. */
  static Optional<String> explain(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProcessorStateException
          && cause.getCause() instanceof RocksDBException) {
        return Optional.of(
            "state_dir: %s: %s (expected: a working disk with free space; no data is lost, start again then)"
                .formatted(cause.getMessage(), cause.getCause().getMessage()));
      }
    }
    return Optional.empty();
  }

  /**
   * Creates the directory if absent, and tests a write.
   *
   * @throws StartException if either fails
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
