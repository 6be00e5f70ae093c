package io.tailrace.topology.instance;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.console.Access;
import io.tailrace.topology.console.Replies;
import io.tailrace.topology.explain.TraceInquiry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /metrics}, {@code /health/live}, {@code /health/ready} and, after the start of the
 * instance, {@code /traces/ID} and the console.
 */
final class AdminServer implements AutoCloseable {
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  /** Has exemplars, unlike the text format. */
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  /** Each reads one request, blocking. A slow sender holds one for {@link #TO_RECEIVE}. */
  private static final int THREADS = 64;

  private static final Duration THREAD_IDLE = Duration.ofSeconds(10);
  private static final int MAX_CONNECTIONS = 1_000;

  /** With the default of 50, a burst of connections delays others by seconds. */
  private static final int BACKLOG = 1_024;

  private static final Duration TO_RECEIVE = Duration.ofSeconds(10);

  /** Time to compute and to send an answer. Kafka may delay those of the console. */
  private static final Duration TO_ANSWER = Duration.ofMinutes(2);

  private static final int MAX_HEADER_BYTES = 32 << 10;

  /** The text of all metrics can have megabytes, until its reader has received it. */
  private static final int MAX_SCRAPES = 4;

  private static final String JSON = "application/json";
  private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

  /** State of health and its reason in one line. */
  record Health(boolean well, String why) {}

  /**
   * Answer to a request.
   *
   * @param location URL of a redirect; null if the body is the answer
   */
  record Reply(int status, @Nullable String location, byte[] body) {
    static Reply json(int status, byte[] body) {
      return new Reply(status, null, body);
    }

    static Reply elsewhere(String location) {
      return new Reply(307, location, new byte[0]);
    }
  }

  static {
    // The JDK's server has no other way to set limits, and reads them once per process.
    limit("sun.net.httpserver.maxReqTime", TO_RECEIVE.toSeconds());
    limit("sun.net.httpserver.maxRspTime", TO_ANSWER.toSeconds());
    limit("sun.net.httpserver.maxReqHeaderSize", MAX_HEADER_BYTES);
    limit("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
  }

  private final Semaphore scrapes = new Semaphore(MAX_SCRAPES);
  private final HttpServer server;
  private volatile String more = "";
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          THREAD_IDLE.toSeconds(),
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread thread = new Thread(task, "tailrace-admin");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param portSetting setting of the port, for errors
   */
  AdminServer(
      String host,
      int port,
      String portSetting,
      PrometheusMeterRegistry registry,
      Supplier<Health> live,
      Supplier<Health> ready) {
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
    } catch (IOException e) {
      throw new StartException(
          "%s: %d on admin.host %s: %s (expected: a free port of an address of this machine)"
              .formatted(portSetting, port, host, e.getMessage()),
          e);
    }
    server.createContext(
        "/metrics",
        exchange -> {
          if (!scrapes.tryAcquire()) {
            answer(exchange, "/metrics", 503, PLAIN_TEXT, () -> "too many scrapes\n");
            return;
          }
          try {
            String type = wantsOpenMetrics(exchange) ? OPEN_METRICS : PROMETHEUS_TEXT;
            answer(exchange, "/metrics", 200, type, () -> registry.scrape(type));
          } finally {
            scrapes.release();
          }
        });
    health("/health/live", live);
    health("/health/ready", ready);
    server.createContext(
        "/",
        exchange -> {
          boolean root = exchange.getRequestURI().getPath().equals("/");
          String index = "Tailrace\n/metrics\n/health/live\n/health/ready\n" + more;
          answer(exchange, "/", root ? 200 : 404, PLAIN_TEXT, () -> root ? index : "not found\n");
        });
    executor.allowCoreThreadTimeOut(true);
    server.setExecutor(executor);
    server.start();
  }

  private static void limit(String property, long value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, String.valueOf(value));
    }
  }

  private static boolean wantsOpenMetrics(HttpExchange exchange) {
    List<String> accepted = exchange.getRequestHeaders().get("Accept");
    return accepted != null
        && accepted.stream().anyMatch(types -> types.contains("application/openmetrics-text"));
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Sets the handler of all other paths. */
  void serveConsole(HttpHandler console) {
    server.removeContext("/");
    server.createContext("/", console);
  }

  /**
   * Sets the handler of {@code /traces/ID}.
   *
   * @param traces receives the trace ID, and whether spans are requested
   */
  void serveTraces(Access access, BiFunction<String, Boolean, Reply> traces) {
    more = TraceInquiry.PATH + "TRACE_ID\n";
    server.createContext(
        TraceInquiry.PATH,
        exchange -> {
          try (exchange) {
            if (!isRead(exchange)) {
              return;
            }
            URI uri = exchange.getRequestURI();
            boolean withSpans = TraceInquiry.WITH_SPANS.equals("?" + uri.getQuery());
            Headers headers = exchange.getRequestHeaders();
            Optional<Access.Refusal> refused =
                withSpans ? access.toData(headers) : access.toVerdicts(headers);
            if (refused.isPresent()) {
              Replies.refuse(exchange, refused.get());
              return;
            }
            String id = uri.getPath().substring(TraceInquiry.PATH.length());
            send(exchange, traces.apply(id, withSpans));
          }
        });
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", JSON);
    if (reply.location() != null) {
      exchange.getResponseHeaders().set("Location", reply.location());
    }
    boolean bodiless = exchange.getRequestMethod().equals("HEAD") || reply.body().length == 0;
    exchange.sendResponseHeaders(reply.status(), bodiless ? -1 : reply.body().length);
    if (!bodiless) {
      exchange.getResponseBody().write(reply.body());
    }
  }

  /** Rejects methods other than GET and HEAD. */
  private static boolean isRead(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    if (method.equals("GET") || method.equals("HEAD")) {
      return true;
    }
    exchange.getResponseHeaders().set("Allow", "GET, HEAD");
    exchange.sendResponseHeaders(405, -1);
    return false;
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void health(String path, Supplier<Health> state) {
    server.createContext(
        path,
        exchange -> {
          Health health = state.get();
          answer(exchange, path, health.well() ? 200 : 503, PLAIN_TEXT, () -> health.why() + "\n");
        });
  }

  private static void answer(
      HttpExchange exchange, String path, int status, String type, Supplier<String> body)
      throws IOException {
    try (exchange) {
      if (!isRead(exchange)) {
        return;
      }
      String method = exchange.getRequestMethod();
      boolean known = path.equals("/") || exchange.getRequestURI().getPath().equals(path);
      byte[] bytes = (known ? body.get() : "not found\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(known ? status : 404, method.equals("HEAD") ? -1 : bytes.length);
      if (method.equals("GET")) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }
}
