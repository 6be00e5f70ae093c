package io.tailrace.topology.gateway;

import io.tailrace.serdes.MalformedOtlpException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes requests of all transports: reserves room, splits the request into records, writes them
 * to Kafka, and answers. Thread-safe.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final InFlight inFlight;
  private final BearerTokens tokens;
  private final Executor workers;
  private final GatewayMetrics metrics;
  private volatile @Nullable Route route;

  /** Destination of requests, available once Kafka has answered. */
  record Route(ThreadLocal<RequestCutter> cutters, KafkaWriter writer) {}

  /** Converts a request to {@code TracesData}. */
  interface Unpacking {
    byte[] unpack() throws MalformedOtlpException, TooLargeException;
  }

  /**
   * @param workers executor that splits requests
   */
  Intake(InFlight inFlight, BearerTokens tokens, Executor workers, GatewayMetrics metrics) {
    this.inFlight = inFlight;
    this.tokens = tokens;
    this.workers = workers;
    this.metrics = metrics;
  }

  /** Accepts requests from now on. */
  void writeTo(Route to) {
    route = to;
  }

  /**
   * Processes a request.
   *
   * @param size size in memory as received
   * @param to receives the answer once, on any thread; must not block
   */
  void take(Transport transport, int size, Unpacking unpacking, Consumer<Answer> to) {
    GatewayMetrics.Clock clock = metrics.begin(transport);
    Route open = route;
    InFlight.Share share = open == null ? null : inFlight.take(size);
    if (open == null || share == null) {
      Answer answer = whyNot();
      clock.answered(answer, 0);
      to.accept(answer);
      return;
    }
    workers.execute(
        () -> {
          long[] bytes = {0};
          Consumer<Answer> done =
              answer -> {
                try {
                  clock.answered(answer, bytes[0]);
                  to.accept(answer);
                } finally {
                  share.release(); // after the answer is sent, the gateway may stop
                }
              };
          try {
            byte[] request = unpacking.unpack();
            bytes[0] = request.length;
            RequestCutter.Cut cut = open.cutters().get().cut(request);
            share.growTo(Math.max(request.length, cut.bytes()));
            open.writer().write(cut, done);
          } catch (MalformedOtlpException e) {
            done.accept(Answer.refused(Refusal.MALFORMED, String.valueOf(e.getMessage())));
          } catch (TooLargeException e) {
            done.accept(Answer.refused(Refusal.TOO_LARGE, String.valueOf(e.getMessage())));
          } catch (RuntimeException | VirtualMachineError e) {
            LOG.atError().setCause(e).log("cannot process a request");
            done.accept(Answer.refused(Refusal.INTERNAL, "internal error of the gateway"));
          }
        });
  }

  /**
   * Returns why a request is refused before its message is read. Empty if it is accepted.
   *
   * @param authorization value of its header; null if absent
   */
  Optional<Answer> refusal(Transport transport, @Nullable String authorization) {
    if (!tokens.accept(authorization)) {
      return counted(
          transport,
          Answer.refused(
              Refusal.UNAUTHENTICATED,
              "authorization: no known token (expected: Bearer and a token of gateway.tokens)"));
    }
    if (route != null && !inFlight.isClosed() && !inFlight.isFull()) {
      return Optional.empty();
    }
    return counted(transport, whyNot());
  }

  private Optional<Answer> counted(Transport transport, Answer answer) {
    refused(transport, answer);
    return Optional.of(answer);
  }

  /** Counts a request that a transport refused. */
  void refused(Transport transport, Answer answer) {
    metrics.begin(transport).answered(answer, 0);
  }

  boolean isStopping() {
    return inFlight.isClosed();
  }

  private Answer whyNot() {
    if (inFlight.isClosed()) {
      return Answer.refused(Refusal.STOPPING, "the gateway is stopping");
    }
    return route == null
        ? Answer.refused(Refusal.KAFKA, "the gateway waits for Kafka: try again later")
        : Answer.refused(Refusal.BUSY, "too many bytes wait for Kafka: try again later");
  }
}
