package io.tailrace.topology.streams;

import java.io.File;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;

/** What a store of task 0_0 sees of Kafka Streams: it can be restored, and keeps its changelog. */
final class FakeStoreContext {
  /** A write to a changelog. */
  record Change(byte[] key, byte[] value, long time) {}

  final List<Change> changelog = new ArrayList<>();
  private final File stateDir;
  private RecordBatchingStateRestoreCallback restore;

  FakeStoreContext(File stateDir) {
    this.stateDir = stateDir;
  }

  void init(StateStore store) {
    store.init(context(), store);
  }

  /** Hands over records as Kafka Streams does on a restart. */
  void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
    restore.restoreBatch(records);
  }

  private StateStoreContext context() {
    return (StateStoreContext)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {InternalProcessorContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "stateDir" -> stateDir;
                  case "taskId" -> new TaskId(0, 0);
                  case "register" -> {
                    restore = (RecordBatchingStateRestoreCallback) arguments[1];
                    yield null;
                  }
                  case "logChange" -> {
                    byte[] key = ((Bytes) arguments[1]).get();
                    changelog.add(new Change(key, (byte[]) arguments[2], (long) arguments[3]));
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
