package io.tailrace.loadtests;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;

/** Does what {@code kafka-storage.sh format} does: KRaft starts on a formatted directory only. */
final class StorageFormat {
  private StorageFormat() {}

  /** Formats the directory, made if absent; one that is formatted already stays as it is. */
  static void ensureFormatted(Path directory) {
    if (isFormatted(directory)) {
      return;
    }
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(BrokerProperties.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("directory: " + directory + " (cannot be formatted)", e);
    }
  }

  /** The formatter writes the file asked for last, so what it did not finish is not formatted. */
  static boolean isFormatted(Path directory) {
    return Files.exists(directory.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME));
  }
}
