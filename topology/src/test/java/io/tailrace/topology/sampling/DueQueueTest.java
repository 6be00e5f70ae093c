package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DueQueueTest {
  private final Random random = new Random(7);
  private final DueQueue queue = new DueQueue();
  private final List<OpenTrace> model = new ArrayList<>();
  private long now = 1_000_000;
  private long nextId;

  @Test
  void nextIsAlwaysTheOneThatFallsDueFirst() {
    Waits waits = new Waits(30_000, 5_000);
    for (int step = 0; step < 20_000; step++) {
      now += random.nextInt(3) * 100L;
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> add();
        case 3, 4 -> rootSeen();
        case 5 -> removeAny();
        case 6, 7 -> removeNext(waits);
        case 8 -> earlier();
        case 9 -> waits = random.nextInt(50) == 0 ? otherWaits() : waits;
        default -> throw new AssertionError();
      }
      agreesWithModel(waits);
    }
    while (!model.isEmpty()) {
      removeNext(waits);
      agreesWithModel(waits);
    }
  }

  /** Ingest partitions are read at any speed: the order of arrival must not show in verdicts. */
  @Test
  void ofThoseDueAtTheSameTime_theLeastIdIsNext() {
    for (long id : new long[] {5, 3, 9, 4}) {
      queue.add(new OpenTrace(1, id, now, 0));
    }
    queue.add(new OpenTrace(0, 7, now + 5, 0));
    Waits waits = new Waits(30_000, Waits.NEVER);

    for (long id : new long[] {3, 4, 5, 9, 7}) {
      OpenTrace next = queue.next(waits, Long.MAX_VALUE);
      assertThat(next.low).isEqualTo(id);
      queue.remove(next);
    }
    assertThat(queue.oldest()).isNull();
  }

  @Test
  void aTraceMayTakeThePlaceOfOneThatWasRemoved() {
    OpenTrace first = add();
    OpenTrace second = add();
    OpenTrace third = add();
    queue.remove(second);
    OpenTrace again = new OpenTrace(0, second.low, now, 0);

    queue.addAfter(first, again);
    queue.remove(first);
    assertThat(queue.oldest()).isSameAs(again);
    queue.remove(again);
    assertThat(queue.oldest()).isSameAs(third);
    queue.addAfter(null, again);
    assertThat(queue.oldest()).isSameAs(again);
  }

  @Test
  void rootChangesNothing_whenItsWaitIsNotShorter() {
    OpenTrace first = new OpenTrace(0, 2, now, 0);
    OpenTrace second = new OpenTrace(0, 1, now + 1, 0);
    queue.add(first);
    queue.add(second);
    queue.rootSeen(first, now + 10);
    queue.rootSeen(second, now + 9);

    assertThat(queue.next(new Waits(30_000, 30_000), Long.MAX_VALUE)).isSameAs(first);
    assertThat(queue.next(new Waits(30_000, Waits.NEVER), Long.MAX_VALUE)).isSameAs(first);
  }

  private void agreesWithModel(Waits waits) {
    assertThat(queue.oldest()).isSameAs(model.isEmpty() ? null : model.get(0));
    OpenTrace next = queue.next(waits, Long.MAX_VALUE);
    if (model.isEmpty()) {
      assertThat(next).isNull();
    } else {
      long firstDue = model.stream().mapToLong(waits::due).min().orElseThrow();
      assertThat(waits.due(next)).isEqualTo(firstDue);
      assertThat(model).contains(next);
      assertThat(queue.next(waits, firstDue)).isSameAs(next);
      assertThat(queue.next(waits, firstDue - 1)).isNull();
    }
  }

  private OpenTrace add() {
    OpenTrace trace = new OpenTrace(0, nextId++, now - random.nextInt(20_000), 0);
    model.add(trace);
    queue.add(trace);
    return trace;
  }

  private void rootSeen() {
    if (!model.isEmpty()) {
      OpenTrace trace = model.get(random.nextInt(model.size()));
      if (!trace.hasRoot() || now < trace.rootSeen) {
        seeRoot(trace);
      }
    }
  }

  private void seeRoot(OpenTrace trace) {
    queue.rootSeen(trace, now - random.nextInt(20_000));
  }

  private void earlier() {
    if (!model.isEmpty()) {
      OpenTrace trace = model.get(random.nextInt(model.size()));
      queue.firstSeen(trace, trace.firstSeen - random.nextInt(20_000));
    }
  }

  private void removeAny() {
    if (!model.isEmpty()) {
      queue.remove(model.remove(random.nextInt(model.size())));
    }
  }

  private void removeNext(Waits waits) {
    OpenTrace next = queue.next(waits, Long.MAX_VALUE);
    if (next != null) {
      model.remove(next);
      queue.remove(next);
    }
  }

  private Waits otherWaits() {
    long wait = 1_000 + random.nextInt(60_000);
    return new Waits(wait, random.nextBoolean() ? random.nextInt(60_000) : Waits.NEVER);
  }
}
