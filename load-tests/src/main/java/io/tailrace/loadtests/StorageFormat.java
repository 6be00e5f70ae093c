package io.tailrace.loadtests;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Formats a directory like {@code kafka-storage.sh format}. KRaft requires a formatted directory.
 */
final class StorageFormat {
  private StorageFormat() {}

  /** Formats the directory unless it is already formatted. Creates it if absent. */
  static void ensureFormatted(Path directory, ClusterNode node) {
    if (isFormatted(directory)) {
      return;
    }
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(node.id())
          .setClusterId(node.clusterId())
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("directory: " + directory + " (cannot be formatted)", e);
    }
  }

  /**
   * Returns whether the formatter wrote its last file. An incomplete directory is not formatted.
   */
  static boolean isFormatted(Path directory) {
    return Files.exists(directory.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME));
  }
}
