package io.tailrace.topology.gateway;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the records of a request and answers it when Kafka has acknowledged all of them. */
final class KafkaWriter {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaWriter.class);
  private static final String NO_TRACE_ID =
      "%d spans without a valid trace id (expected: 16 bytes, not all 0)";

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final ScheduledExecutorService clock;
  private final Duration patience;
  private final AtomicBoolean isFailing = new AtomicBoolean();

  /**
   * @param clock ends the wait for the producer
   * @param patience longest wait, above the timeout of the producer: until an idempotent producer
   *     has its ID, its own timeout has no effect
   */
  KafkaWriter(
      Producer<byte[], byte[]> producer,
      String topic,
      ScheduledExecutorService clock,
      Duration patience) {
    this.producer = producer;
    this.topic = topic;
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * Writes the records.
   *
   * @param to receives the answer once, on the producer's thread, that of the clock, or immediately
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback gets the same result
  void write(RequestCutter.Cut cut, Consumer<Answer> to) {
    Sending sending = new Sending(cut, to);
    for (RequestCutter.Piece piece : cut.records()) {
      try {
        producer.send(
            new ProducerRecord<>(topic, piece.key(), piece.value()),
            (metadata, failure) -> sending.sent(piece, failure));
      } catch (KafkaException | IllegalStateException e) { // closed, or out of memory
        sending.sent(piece, e);
      }
    }
    sending.done();
  }

  /** Records of one request in progress. */
  private final class Sending {
    private final RequestCutter.Cut cut;
    private final Consumer<Answer> to;
    private final AtomicInteger left; // plus one until all are passed to the producer
    private final AtomicLong tooLargeSpans = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final AtomicBoolean isAnswered = new AtomicBoolean();
    private final ScheduledFuture<?> end;

    Sending(RequestCutter.Cut cut, Consumer<Answer> to) {
      this.cut = cut;
      this.to = to;
      left = new AtomicInteger(cut.records().size() + 1);
      end = clock.schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void giveUp() {
      failure.compareAndSet(null, new TimeoutException("no result within " + patience));
      answer();
    }

    void sent(RequestCutter.Piece piece, @Nullable Exception thrown) {
      if (thrown instanceof RecordTooLargeException) {
        tooLargeSpans.addAndGet(spans(piece.value()));
      } else if (thrown != null) {
        failure.compareAndSet(null, thrown);
      }
      done();
    }

    /** Records that one record is complete. */
    void done() {
      if (left.decrementAndGet() == 0) {
        end.cancel(false);
        answer();
      }
    }

    private void answer() {
      if (isAnswered.compareAndSet(false, true)) {
        noteFailing(failure.get());
        to.accept(result());
      }
    }

    private Answer result() {
      Exception thrown = failure.get();
      if (thrown != null) {
        return Answer.refused(Refusal.KAFKA, "not acknowledged by Kafka: " + thrown.getMessage());
      }
      long rejected = cut.invalidSpans() + tooLargeSpans.get();
      long accepted = cut.spans() - tooLargeSpans.get();
      if (rejected == 0) {
        return Answer.accepted(accepted);
      }
      return accepted == 0
          ? Answer.refused(Refusal.REJECTED, why())
          : Answer.partly(accepted, rejected, why());
    }

    private String why() {
      String invalid = NO_TRACE_ID.formatted(cut.invalidSpans());
      if (tooLargeSpans.get() == 0) {
        return invalid;
      }
      String tooLarge =
          "%d spans exceed the record size limit of topic %s".formatted(tooLargeSpans.get(), topic);
      return cut.invalidSpans() == 0 ? tooLarge : invalid + "; " + tooLarge;
    }
  }

  private static int spans(byte[] value) {
    try {
      SpanScan scan = new SpanScan();
      scan.scan(value, null);
      return scan.spanCount();
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("a piece of a readable request cannot be read", e);
    }
  }

  private void noteFailing(@Nullable Exception failure) {
    if (isFailing.compareAndSet(failure == null, failure != null)) {
      if (failure == null) {
        LOG.atInfo().log("Kafka acknowledges again");
      } else {
        LOG.atWarn()
            .addKeyValue("topic", topic)
            .log(
                "Kafka does not acknowledge records, so requests fail: {}",
                String.valueOf(failure));
      }
    }
  }
}
