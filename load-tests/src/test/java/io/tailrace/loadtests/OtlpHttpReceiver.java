package io.tailrace.loadtests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** Takes OTLP/HTTP, protobuf in gzip, and keeps it. */
final class OtlpHttpReceiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Resource> resources = new ArrayList<>();
  private final List<Metric> metrics = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();
  private final List<String> authorizations = new ArrayList<>();

  OtlpHttpReceiver() throws IOException {
    this(0);
  }

  OtlpHttpReceiver(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/v1/metrics", this::metrics);
    server.createContext("/v1/traces", this::traces);
    server.setExecutor(threads);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  int port() {
    return server.getAddress().getPort();
  }

  synchronized List<Span> spans() {
    return List.copyOf(spans);
  }

  synchronized List<Metric> metrics() {
    return List.copyOf(metrics);
  }

  /** Of all its points at the last export; 0 before the first. */
  synchronized double sum(String name) {
    return metrics.stream()
        .filter(metric -> metric.getName().equals(name))
        .reduce((before, last) -> last)
        .map(Metric::getSum)
        .map(sum -> sum.getDataPointsList().stream().mapToDouble(p -> p.getAsDouble()).sum())
        .orElse(0.0);
  }

  synchronized List<Map<String, String>> resources() {
    return resources.stream().map(r -> texts(r.getAttributesList())).distinct().toList();
  }

  synchronized List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  static Map<String, String> texts(List<KeyValue> attributes) {
    Map<String, String> texts = new TreeMap<>();
    attributes.forEach(a -> texts.put(a.getKey(), a.getValue().getStringValue()));
    return texts;
  }

  private void metrics(HttpExchange exchange) throws IOException {
    byte[] body = body(exchange);
    synchronized (this) {
      ExportMetricsServiceRequest.parseFrom(body)
          .getResourceMetricsList()
          .forEach(
              of -> {
                resources.add(of.getResource());
                of.getScopeMetricsList().forEach(s -> metrics.addAll(s.getMetricsList()));
              });
      reply(exchange);
    }
  }

  private void traces(HttpExchange exchange) throws IOException {
    byte[] body = body(exchange);
    synchronized (this) {
      ExportTraceServiceRequest.parseFrom(body)
          .getResourceSpansList()
          .forEach(
              of -> {
                resources.add(of.getResource());
                of.getScopeSpansList().forEach(s -> spans.addAll(s.getSpansList()));
              });
      reply(exchange);
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestHeaders().getFirst("Content-Type").equals("application/x-protobuf")
        || !exchange.getRequestHeaders().getFirst("Content-Encoding").equals("gzip")) {
      throw new IOException("neither protobuf nor gzip: " + exchange.getRequestHeaders().keySet());
    }
    return new GZIPInputStream(exchange.getRequestBody()).readAllBytes();
  }

  private void reply(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    authorizations.add(String.valueOf(authorization));
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
