package io.tailrace.topology.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tailrace.topology.config.IngestTopic;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * An ingest topic that is split, and how its partitions are numbered: the topic in the upper bits,
 * with room for it to grow.
 *
 * @param firstNumber of its partition 0
 * @param partitions how many it has now
 */
public record SplitSource(IngestTopic topic, long firstNumber, int partitions) {
  private static final int PARTITION_BITS = 16;
  private static final long PARTITIONS = (1L << PARTITION_BITS) - 1;

  /** Keeps numbers by name apart from those of sole topics, and positive. */
  private static final long BY_NAME = 1L << 62;

  /** A topic that is the only one, by its name in the setting: numbered as in all releases. */
  public static SplitSource sole(IngestTopic topic, int partitions) {
    return new SplitSource(topic, 0, partitions);
  }

  /** One of a list: numbered by its name, whatever else stands on the list, and wherever. */
  public static SplitSource oneOfSeveral(IngestTopic topic, int partitions) {
    long hash = ByteBuffer.wrap(sha256(topic.name())).getLong();
    return new SplitSource(topic, BY_NAME | ((hash >>> 2) & ~PARTITIONS), partitions);
  }

  /** The number of a partition, which is what its watermarks say. */
  public long number(int partition) {
    return firstNumber | partition;
  }

  /** {@link #firstNumber} of the topic that a partition is of. */
  static long firstNumber(long number) {
    return number & ~PARTITIONS;
  }

  static int partition(long number) {
    return (int) (number & PARTITIONS);
  }

  private static byte[] sha256(String name) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
