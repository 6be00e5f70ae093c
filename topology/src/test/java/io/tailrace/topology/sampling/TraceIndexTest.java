package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.serdes.TraceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class TraceIndexTest {
  private final Random random = new Random(11);
  private final TraceIndex index = new TraceIndex();
  private final Map<TraceId, OpenTrace> model = new HashMap<>();
  private final List<TraceId> open = new ArrayList<>();

  @Test
  void holdsWhatAMapWouldHold_withRandomIds() {
    runAgainstModel(r -> new TraceId(r.nextLong(), r.nextLong()), 6_000);
  }

  @Test
  void holdsWhatAMapWouldHold_withIdsThatDifferInFewBits() {
    runAgainstModel(r -> new TraceId(r.nextInt(80), r.nextInt(80)), 2_500);
  }

  /** high = rotl(low, 32) ^ low makes all of them mix to 0: one home slot, one long cluster. */
  @Test
  void holdsWhatAMapWouldHold_withIdsOfOneSlot() {
    runAgainstModel(
        r -> {
          long low = r.nextInt(400);
          return new TraceId(Long.rotateLeft(low, 32) ^ low, low);
        },
        150);
  }

  /** The home slot is in the last ones, so clusters run over the end of the table. */
  @Test
  void holdsWhatAMapWouldHold_whenClustersWrapAround() {
    List<TraceId> nearTheEnd = new ArrayList<>();
    while (nearTheEnd.size() < 60) {
      TraceId id = new TraceId(0, random.nextLong());
      long mixed = (Long.rotateLeft(id.low(), 32) ^ id.low()) * 0x9e3779b97f4a7c15L;
      if ((mixed >>> 33 & 1023) >= 1015) {
        nearTheEnd.add(id);
      }
    }
    runAgainstModel(r -> nearTheEnd.get(r.nextInt(nearTheEnd.size())), 40);
  }

  /** Grows to about {@code peak}, shrinks to nothing, and again. */
  private void runAgainstModel(Function<Random, TraceId> ids, int peak) {
    for (int phase = 0; phase < 4; phase++) {
      boolean growing = phase % 2 == 0;
      for (int step = 0; step < 6 * peak && (growing ? model.size() < peak : !open.isEmpty()); ) {
        step++;
        if (random.nextInt(4) == 0 == growing) {
          removeOne();
        } else {
          addOne(ids.apply(random));
        }
        TraceId asked = ids.apply(random);
        assertThat(index.get(asked.high(), asked.low())).isSameAs(model.get(asked));
      }
      assertThat(index.size()).isEqualTo(model.size());
      model.forEach(
          (id, trace) -> assertThat(index.get(id.high(), id.low())).as("%s", id).isSameAs(trace));
    }
  }

  private void addOne(TraceId id) {
    if (!model.containsKey(id)) {
      OpenTrace trace = new OpenTrace(id.high(), id.low(), 0, 0);
      model.put(id, trace);
      open.add(id);
      index.add(trace);
    }
  }

  private void removeOne() {
    if (open.isEmpty()) {
      return;
    }
    int at = random.nextInt(open.size());
    TraceId id = open.set(at, open.get(open.size() - 1));
    open.remove(open.size() - 1);
    index.remove(model.remove(id));
    assertThat(index.get(id.high(), id.low())).isNull();
  }
}
