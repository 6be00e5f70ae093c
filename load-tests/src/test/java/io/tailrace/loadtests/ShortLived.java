package io.tailrace.loadtests;

import java.util.List;

/** Processes that live for seconds to a minute. */
public final class ShortLived {
  private ShortLived() {}

  /**
   * Returns options for their JVMs. In such a life C2 and G1 take more CPU time than they save: a
   * broker needs half as much to start without them.
   *
   * @param maxHeap such as {@code 256m}
   */
  public static List<String> jvmOptions(String maxHeap) {
    return List.of("-Xmx" + maxHeap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  }
}
