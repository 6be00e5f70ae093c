package io.tailrace.topology.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tailrace.topology.config.IngestTopic;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * An ingest topic of the splitter and the numbers of its partitions. The upper bits identify the
 * topic; the lower bits leave room for new partitions.
 *
 * @param firstNumber number of partition 0
 * @param partitions current number of partitions
 */
public record SplitSource(IngestTopic topic, long firstNumber, int partitions) {
  private static final int PARTITION_BITS = 16;
  private static final long PARTITIONS = (1L << PARTITION_BITS) - 1;

  /** Distinguishes numbers by name from those of a single topic. Keeps them positive. */
  private static final long BY_NAME = 1L << 62;

  /**
   * Creates a source for a single topic that is configured by name. Numbered as in earlier
   * releases.
   */
  public static SplitSource sole(IngestTopic topic, int partitions) {
    return new SplitSource(topic, 0, partitions);
  }

  /** Creates a source for one of several topics. Its number depends on its name only. */
  public static SplitSource oneOfSeveral(IngestTopic topic, int partitions) {
    long hash = ByteBuffer.wrap(sha256(topic.name())).getLong();
    return new SplitSource(topic, BY_NAME | ((hash >>> 2) & ~PARTITIONS), partitions);
  }

  /** Returns the number of a partition in watermarks. */
  public long number(int partition) {
    return firstNumber | partition;
  }

  /** Returns {@link #firstNumber} of the topic of a partition. */
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
      throw new IllegalStateException(e); // every Java runtime has SHA-256
    }
  }
}
