package io.tailrace.loadtests.bench.flow;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Figures of this process from the JVM and Linux. On other systems, some are -1. */
public final class ProcessFigures {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final int USER_TICKS = 11; // field after the name in /proc/*/stat
  private static final int SYSTEM_TICKS = 12;
  private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100 on all Java platforms
  private static final Path IO = Path.of("/proc/self/io");

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private List<Path> compilers; // files with the CPU times of compiler threads
  private long heapPeak;

  long cpuNanos() {
    return system.getProcessCpuTime();
  }

  /**
   * Returns the CPU time of the compiler threads that exist at the first call. These are all with
   * {@code -XX:-UseDynamicNumberOfCompilerThreads}. Enumerating all threads each time would be a
   * fifth of the allocation of an idle instance.
   */
  long jitNanos() {
    long ticks = 0;
    try {
      if (compilers == null) {
        compilers = compilers();
      }
      for (Path compiler : compilers) {
        String stat = Files.readString(compiler);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        ticks += Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
      }
      return ticks * NANOS_PER_TICK;
    } catch (IOException notLinuxOrThreadEnded) {
      return 0;
    }
  }

  private static List<Path> compilers() throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        String name = Files.readString(task.resolve("comm"));
        if (name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler")) {
          found.add(task.resolve("stat"));
        }
      }
    }
    return found;
  }

  long allocatedBytes() {
    long sum = 0;
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  /** Returns the maximum of all calls. */
  long heapPeak() {
    heapPeak =
        Math.max(heapPeak, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    return heapPeak;
  }

  long heapLive() {
    long sum = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage used = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP && used != null) {
        sum += used.getUsed();
      }
    }
    return sum;
  }

  long rss() {
    return number(STATUS, "VmRSS:") << 10;
  }

  long rssPeak() {
    return number(STATUS, PEAK) << 10;
  }

  /** Returns the CPU time of a process so far. */
  public static Duration cpuTime(ProcessHandle process) {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new IllegalStateException("CPU time of a process: unknown"));
  }

  /** Returns the greatest resident memory of a process in bytes, or a negative number. */
  public static long rssPeak(long pid) {
    return number(Path.of("/proc", Long.toString(pid), "status"), PEAK) << 10;
  }

  /** Returns bytes written to disk, without sockets. A page with several writes counts once. */
  long diskBytes() {
    return number(IO, "write_bytes:");
  }

  private static long number(Path file, String name) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(name)) {
          return Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
        }
      }
      return -1;
    } catch (IOException notLinux) {
      return -1;
    }
  }
}
