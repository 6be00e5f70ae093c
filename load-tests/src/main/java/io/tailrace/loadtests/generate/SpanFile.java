package io.tailrace.loadtests.generate;

import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.zip.GZIPOutputStream;

/**
 * Writes each batch as one request. Throws {@link UncheckedIOException} if a write fails, because
 * an incomplete file is useless. The caller closes it; the SDK does not.
 */
final class SpanFile implements SpanExporter {
  private static final String STANDARD_OUTPUT = "-";
  private static final String COMPRESSED = ".gz";
  private static final int BUFFER_BYTES = 1 << 18;

  private final SpanFormat format;
  private final DataOutputStream out;

  private SpanFile(SpanFormat format, OutputStream out) {
    this.format = format;
    this.out = new DataOutputStream(out);
  }

  /**
   * Creates a file or replaces an existing one.
   *
   * @param name {@code -} is standard output; a name in {@code .gz} is compressed
   */
  static SpanFile create(String name, SpanFormat format) throws IOException {
    OutputStream file =
        name.equals(STANDARD_OUTPUT)
            ? new FileOutputStream(FileDescriptor.out) // System.out would hide errors
            : Files.newOutputStream(Path.of(name));
    OutputStream buffered = new BufferedOutputStream(file, BUFFER_BYTES);
    return new SpanFile(
        format,
        name.endsWith(COMPRESSED)
            ? new BufferedOutputStream(new GZIPOutputStream(buffered), BUFFER_BYTES)
            : buffered);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    try {
      format.write(TraceRequestMarshaler.create(spans), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
