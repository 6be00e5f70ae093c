package io.tailrace.topology.telemetry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;

/**
 * Posts protobuf to a path of the receiver. Logs failures and never retries: metrics are
 * cumulative, and rounds of an outage are not worth the memory. Evaluates only the status of a
 * response, as its text may repeat our headers. Thread-safe.
 */
final class OtlpSender {
  static final Duration TO_CONNECT = Duration.ofSeconds(5);
  static final Duration TO_ANSWER = Duration.ofSeconds(10);

  private final HttpClient http;
  private final URI target;
  private final HttpRequest.Builder template;
  private final Delivery delivery;
  private volatile boolean closed;

  OtlpSender(HttpClient http, URI target, Destination destination, Delivery delivery) {
    this.http = http;
    this.target = target;
    this.delivery = delivery;
    template =
        HttpRequest.newBuilder(target)
            .timeout(TO_ANSWER)
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "gzip");
    destination.headers().forEach(template::header);
  }

  /** Creates a client that follows no redirects, as they would disclose our headers. */
  static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1) // HTTP/2 begins with an upgrade in plain text
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(TO_CONNECT)
        .build();
  }

  /**
   * Sends a request and waits for the response within a timeout. Returns whether the receiver
   * accepted it.
   */
  boolean send(byte[] protobuf) {
    if (closed) {
      return false;
    }
    try {
      HttpRequest request =
          template.copy().POST(HttpRequest.BodyPublishers.ofByteArray(gzip(protobuf))).build();
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 == 2) {
        delivery.succeeded(target);
        return true;
      }
      failed("answered " + status);
    } catch (IOException e) {
      failed(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
    return false;
  }

  /** Stops sending. Requests in progress fail without a log line. */
  void close() {
    closed = true;
  }

  private void failed(String why) {
    if (!closed) {
      delivery.failed(target, why);
    }
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream(bytes.length / 4);
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // in-memory streams do not fail
    }
    return zipped.toByteArray();
  }
}
