package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.document.Fault;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Breaks good documents in many small ways: nothing but faults may come of it. */
class PolicySetFuzzTest {
  private static final long SEED = 20_261_121;
  private static final int ROUNDS = 20_000;

  private static final String[] PIECES =
      ("[ ] { } : '\\n' &a *a !!int ! ' \" | > # % ? << \t null -1 1e400 99999999999999999999 true \\"
              + " ( a{1000} ((a{9}){99}){999} type policies composite \0 \uD83D é \n \n-")
          .split(" ", -1);

  @Test
  void givesFaultsOnly() {
    Random random = new Random(SEED);
    List<String> documents = ConformanceCase.all().map(ConformanceCase::document).toList();
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = broken(documents.get(random.nextInt(documents.size())), random);
      accepted += isAcceptedOrWellRefused(text) ? 1 : 0;
    }
    assertThat(accepted).isBetween(ROUNDS / 100, ROUNDS * 9 / 10); // else the mutations are no good
  }

  static boolean isAcceptedOrWellRefused(String text) {
    try {
      return PolicySet.parse(text)
          .fold(
              faults -> {
                assertThat(faults).isNotEmpty();
                assertThat(faults.map(Fault::message)).allSatisfy(m -> assertThat(m).isNotBlank());
                return false;
              },
              set -> {
                assertThat(set.summary()).hasSizeGreaterThan(2);
                set.newJudge(1, null).decide(TestTrace.raising(new long[set.signals().words()]), 0);
                return true;
              });
    } catch (RuntimeException | Error e) {
      throw new AssertionError("of this document:\n" + text, e);
    }
  }

  private static String broken(String document, Random random) {
    StringBuilder text = new StringBuilder(document);
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + 1 + random.nextInt(8));
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
        case 1 -> text.delete(at, end);
        case 2 -> text.insert(at, text.substring(at, end));
        default -> text.setCharAt(at, (char) random.nextInt(0x180));
      }
      if (text.isEmpty()) {
        text.append('x');
      }
    }
    return text.toString();
  }
}
