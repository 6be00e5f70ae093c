package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.serdes.TraceId;
import io.tailrace.topology.sampling.TraceAnswer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TraceQuestionsTest {
  private static final TraceId BROKEN = new TraceId(1, 1);
  private static final TraceId KNOWN = new TraceId(1, 2);

  private final TraceQuestions questions = new TraceQuestions();

  @Test
  void aQuestionThatCannotBeAnsweredFails_andTheTaskAndTheOthersGoOn() {
    TraceAnswer known = TraceAnswer.unknown(KNOWN.toHex());
    try (TraceQuestions.Task task = questions.open(0)) {
      CompletableFuture<Optional<TraceAnswer>> first = questions.ask(0, BROKEN, false);
      CompletableFuture<Optional<TraceAnswer>> second = questions.ask(0, KNOWN, false);

      task.answer(
          (trace, withSpans) -> {
            if (trace.equals(BROKEN)) {
              throw new IllegalStateException("a row that cannot be read");
            }
            return known;
          });

      assertThat(first).isCompletedExceptionally();
      assertThat(second).isCompletedWithValue(Optional.of(known));
    }
  }
}
