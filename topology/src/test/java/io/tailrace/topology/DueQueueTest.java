package io.tailrace.topology;

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
        case 8 -> waits = random.nextInt(50) == 0 ? otherWaits() : waits;
        default -> {}
      }
      agreesWithModel(waits);
    }
    while (!model.isEmpty()) {
      removeNext(waits);
      agreesWithModel(waits);
    }
  }

  @Test
  void rootChangesNothing_whenItsWaitIsNotShorter() {
    OpenTrace first = add();
    add();
    now += 10;
    seeRoot(first);
    seeRoot(model.get(1));

    assertThat(queue.next(new Waits(30_000, 30_000))).isSameAs(first);
    assertThat(queue.next(new Waits(30_000, Waits.NEVER))).isSameAs(first);
  }

  private void agreesWithModel(Waits waits) {
    assertThat(queue.oldest()).isSameAs(model.isEmpty() ? null : model.get(0));
    OpenTrace next = queue.next(waits);
    if (model.isEmpty()) {
      assertThat(next).isNull();
    } else {
      long firstDue = model.stream().mapToLong(waits::due).min().orElseThrow();
      assertThat(waits.due(next)).isEqualTo(firstDue);
      assertThat(model).contains(next);
    }
  }

  private OpenTrace add() {
    OpenTrace trace = new OpenTrace(0, model.size(), now, 0);
    model.add(trace);
    queue.add(trace);
    return trace;
  }

  private void rootSeen() {
    if (!model.isEmpty()) {
      OpenTrace trace = model.get(random.nextInt(model.size()));
      if (!trace.hasRoot()) {
        seeRoot(trace);
      }
    }
  }

  private void seeRoot(OpenTrace trace) {
    trace.rootSeen = now;
    queue.rootSeen(trace);
  }

  private void removeAny() {
    if (!model.isEmpty()) {
      queue.remove(model.remove(random.nextInt(model.size())));
    }
  }

  private void removeNext(Waits waits) {
    OpenTrace next = queue.next(waits);
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
