package io.tailrace.topology.streams;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.meters.SamplerMetrics;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Splitters of an ingest topic under at-least-once, on a wall clock of their own: they are killed
 * at any time and continue from their last commit, and all that they wrote stays.
 */
final class RestartedSplitters {
  static final long IDLE_AFTER = 2_000;
  private static final int STEP = 50;
  private static final int TICK = 200; // that of the splitter

  /**
   * A record of an ingest partition.
   *
   * @param arrivesAt time from which it can be read, Unix milliseconds
   */
  record Arrival(int source, long time, long arrivesAt, byte[] value) {}

  private record Commit(int next, Map<String, Long> metadata, long streamTime) {
    long reached() {
      return Math.max(streamTime, metadata.values().stream().findAny().orElse(-1L));
    }
  }

  private final SplitSource source;
  private final Random random;
  private final List<Task> tasks = new ArrayList<>();
  private final List<ConsumerRecord<byte[], byte[]>> shuffle = new ArrayList<>();
  private long wallTime;

  RestartedSplitters(SplitSource source, List<Arrival> ingest, Random random) {
    this.source = source;
    this.random = random;
    for (int partition = 0; partition < source.partitions(); partition++) {
      int own = partition;
      tasks.add(
          new Task(
              partition,
              ingest.stream()
                  .filter(arrival -> arrival.source == own)
                  .sorted(Comparator.comparingLong(Arrival::arrivesAt))
                  .toList()));
    }
  }

  /** Returns what they wrote to the shuffle, of one partition. */
  List<ConsumerRecord<byte[], byte[]>> run(long from, long killsUntil, long until) {
    for (wallTime = from; wallTime < until; wallTime += STEP) {
      for (Task task : tasks) {
        task.step(wallTime < killsUntil);
      }
    }
    return shuffle;
  }

  /** A task over all its lives. */
  private final class Task {
    private final int partition;
    private final List<Arrival> ingest;
    private Commit committed = new Commit(0, Map.of(), -1);
    private @Nullable Life life;
    private @Nullable Life former;
    private long formerUntil;

    Task(int partition, List<Arrival> ingest) {
      this.partition = partition;
      this.ingest = ingest;
    }

    void step(boolean mayBeKilled) {
      if (life == null || (mayBeKilled && random.nextInt(60) == 0)) {
        former = random.nextInt(3) == 0 ? life : null;
        formerUntil = wallTime + random.nextInt(2_000);
        life = new Life(this, committed);
      }
      if (former != null && wallTime < formerUntil) {
        former.step();
      }
      life.step();
      if (random.nextInt(15) == 0) {
        commit(life);
      }
    }

    /** Commits, or not; an instance need not hear of its commit. */
    private void commit(Life by) {
      if (by.next == by.first) {
        return; // Kafka Streams knows no offset to commit before the first record
      }
      int fate = random.nextInt(10);
      if (fate > 0) {
        committed = new Commit(by.next, Map.copyOf(by.metadata), by.streamTime);
      }
      if (fate > 1) {
        by.acknowledged = committed;
      }
    }
  }

  /** A task from a start to its end, which may come after the start of the next. */
  private final class Life {
    private final Task task;
    private final Map<String, Long> metadata;
    private final long stalledUntil = wallTime + random.nextInt(3_000);
    private final Splitter splitter;
    private final int first;
    private Punctuator tick;
    private Commit acknowledged;
    private long streamTime;
    private int next;

    Life(Task task, Commit from) {
      this.task = task;
      acknowledged = from;
      first = from.next;
      next = first;
      metadata = new HashMap<>(from.metadata);
      streamTime = from.streamTime;
      splitter =
          new Splitter(
              source,
              NodeNames.Split.of(source.topic().name(), 1),
              1,
              1 << 20,
              new IdleClock(at -> caughtUp(), IDLE_AFTER),
              at -> acknowledged.reached(),
              new SamplerMetrics(new SimpleMeterRegistry(), InstantSource.system()));
      splitter.init(context());
    }

    void step() {
      if (wallTime < stalledUntil) {
        return;
      }
      for (int i = random.nextInt(4); i > 0 && isAvailable(next); i--) {
        Arrival arrival = task.ingest.get(next++);
        streamTime = Math.max(streamTime, arrival.time);
        splitter.process(new Record<>(null, arrival.value, arrival.time));
      }
      if (wallTime % TICK == 0) {
        tick.punctuate(wallTime);
      }
    }

    private boolean isAvailable(int offset) {
      return offset < task.ingest.size() && task.ingest.get(offset).arrivesAt <= wallTime;
    }

    private OptionalLong caughtUp() {
      return isAvailable(next) ? OptionalLong.empty() : OptionalLong.of(wallTime);
    }

    @SuppressWarnings("unchecked")
    private InternalProcessorContext<byte[], byte[]> context() {
      return (InternalProcessorContext<byte[], byte[]>)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {InternalProcessorContext.class},
              (proxy, method, arguments) -> answer(method.getName(), arguments));
    }

    private @Nullable Object answer(String method, Object[] arguments) {
      return switch (method) {
        case "appConfigs" -> Map.of();
        case "taskId" -> new TaskId(0, task.partition);
        case "currentSystemTimeMs" -> wallTime;
        case "currentStreamTimeMs" -> streamTime;
        case "recordMetadata" -> Optional.<RecordMetadata>of(position());
        case "addProcessorMetadataKeyValue" ->
            metadata.put((String) arguments[0], (Long) arguments[1]);
        case "processorMetadataForKey" -> metadata.get((String) arguments[0]);
        case "schedule" -> {
          tick = (Punctuator) arguments[2];
          yield null;
        }
        case "forward" -> {
          write((Record<?, ?>) arguments[0]);
          yield null;
        }
        default -> throw new UnsupportedOperationException(method);
      };
    }

    private RecordMetadata position() {
      return new RecordMetadata() {
        @Override
        public String topic() {
          return source.topic().name();
        }

        @Override
        public int partition() {
          return task.partition;
        }

        @Override
        public long offset() {
          return next - 1;
        }
      };
    }
  }

  private void write(Record<?, ?> record) {
    shuffle.add(
        SampledTask.record(
            SampledTask.SHUFFLE,
            shuffle.size(),
            record.timestamp(),
            (byte[]) record.key(),
            (byte[]) record.value(),
            new RecordHeaders(record.headers())));
  }
}
