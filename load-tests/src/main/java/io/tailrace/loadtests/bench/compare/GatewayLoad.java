package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.bench.flow.Delays;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends OTLP/HTTP requests at a steady rate. The latency of a request starts when it was due, so
 * that a slow receiver does not lower the load (coordinated omission). Not thread-safe.
 */
final class GatewayLoad {
  private static final int MAX_IN_FLIGHT = 128;
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);
  private static final Duration TO_START = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 100;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI target;
  private final List<Request> requests;
  private final double requestsPerSecond;
  private int next;

  /**
   * @param requests sent in turns
   */
  GatewayLoad(URI target, List<Request> requests, double spansPerSecond) {
    this.target = target;
    this.requests = requests;
    requestsPerSecond =
        spansPerSecond / requests.stream().mapToInt(Request::spans).average().orElseThrow();
  }

  /** Body of a request, with so many spans. */
  record Request(byte[] body, int spans, boolean gzip) {}

  /**
   * Result of a period.
   *
   * @param spans acknowledged spans
   * @param refused requests with another answer than 200
   */
  record Result(long spans, long refused, double seconds, Delays delays) {}

  /** Waits until the receiver acknowledges the first request. */
  void awaitAnswer() throws InterruptedException {
    long deadline = System.nanoTime() + TO_START.toNanos();
    while (true) {
      try {
        if (http.send(message(requests.get(0)), HttpResponse.BodyHandlers.discarding()).statusCode()
            == 200) {
          return;
        }
      } catch (IOException notYet) {
        // It has not started.
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(target + ": no answer after " + TO_START);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Returns the number of spans of the first request, which {@link #awaitAnswer} sends. */
  long firstSpans() {
    return requests.get(0).spans();
  }

  /** Sends for so long, and waits for all answers. */
  Result send(Duration time) throws InterruptedException {
    Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
    AtomicLong spans = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    Delays delays = new Delays();
    long begin = System.nanoTime();
    long count = (long) (requestsPerSecond * time.toNanos() / 1e9);
    for (long i = 0; i < count; i++) {
      long due = begin + (long) (i * 1e9 / requestsPerSecond);
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      inFlight.acquire();
      Request request = requests.get(next);
      next = (next + 1) % requests.size();
      var unused =
          http.sendAsync(message(request), HttpResponse.BodyHandlers.discarding())
              .whenComplete(
                  (answer, failure) -> {
                    if (failure == null && answer.statusCode() == 200) {
                      spans.addAndGet(request.spans());
                    } else {
                      refused.incrementAndGet();
                    }
                    delays.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - due));
                    inFlight.release();
                  });
    }
    inFlight.acquire(MAX_IN_FLIGHT);
    return new Result(spans.get(), refused.get(), (System.nanoTime() - begin) / 1e9, delays);
  }

  private HttpRequest message(Request request) {
    HttpRequest.Builder message =
        HttpRequest.newBuilder(target)
            .timeout(ANSWERED_WITHIN)
            .header("Content-Type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
    return request.gzip() ? message.header("Content-Encoding", "gzip").build() : message.build();
  }
}
