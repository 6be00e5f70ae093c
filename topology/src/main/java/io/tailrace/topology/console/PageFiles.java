package io.tailrace.topology.console;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/** The files of the page, from the jar. Immutable, thread-safe. */
final class PageFiles {
  private static final List<String> NAMES =
      List.of(
          "index.html",
          "console.css",
          "main.js",
          "api.js",
          "dom.js",
          "format.js",
          "chart.js",
          "overview.js",
          "instances.js",
          "policies.js",
          "keys.js",
          "operations.js",
          "traces.js",
          "icon.svg");

  /** Files of uPlot by their path here, which contains no version. */
  private static final Map<String, String> CHARTS =
      Map.of("/uplot.js", "uPlot.esm.js", "/uplot.css", "uPlot.min.css");

  private static final String CHARTS_VERSION =
      "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  /** Allows no external or inline content and no framing. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private record PageFile(String type, byte[] bytes, String tag) {}

  private final Map<String, PageFile> files = new HashMap<>();

  PageFiles() {
    NAMES.forEach(name -> files.put("/" + name, read(name)));
    String charts = "/META-INF/resources/webjars/uplot/" + chartsVersion() + "/dist/";
    CHARTS.forEach((path, name) -> files.put(path, read(charts + name)));
    files.put("/", files.get("/index.html"));
  }

  /** Returns the version of the library, so that only the build defines it. */
  private static String chartsVersion() {
    try (InputStream in = open(CHARTS_VERSION)) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(PageFiles.class.getResourceAsStream(name), name);
  }

  private static PageFile read(String name) {
    try (InputStream in = open(name)) {
      byte[] bytes = in.readAllBytes();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      String tag = '"' + HexFormat.of().formatHex(hash, 0, 8) + '"';
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      return new PageFile(Objects.requireNonNull(type, name), bytes, tag);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java runtime has SHA-256
    }
  }

  /** Answers a GET or HEAD. */
  void answer(HttpExchange exchange) throws IOException {
    PageFile file = files.get(exchange.getRequestURI().getPath());
    if (file == null) {
      Replies.send(
          exchange,
          404,
          "text/plain; charset=utf-8",
          "not found\n".getBytes(StandardCharsets.UTF_8));
      return;
    }
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Security-Policy", POLICY);
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-cache"); // files change with each release
    headers.set("ETag", file.tag);
    if (file.tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
      return;
    }
    Replies.send(exchange, 200, file.type, file.bytes);
  }
}
