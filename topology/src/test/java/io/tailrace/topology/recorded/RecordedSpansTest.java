package io.tailrace.topology.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdCompressCtx;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordedSpansTest {
  /** Sizes below and above every buffer; no two are equal. */
  private static final List<TracesData> DATA =
      Stream.of(1, 2, 40, 3, 3000, 1, 500, 4).map(RecordedSpansTest::data).toList();

  private final List<TracesData> read = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private long skipped;
  private int maxRecordBytes = 1 << 20;

  @ParameterizedTest
  @MethodSource("formatsAndCompressions")
  void readsEveryFormatWithEveryCompression(Recording format, Compression compression)
      throws Exception {
    read(compression.apply(format.write(DATA)));
    assertThat(read).isEqualTo(DATA);
    assertThat(faults).isEmpty();
  }

  /** Pipe that delivers few bytes at a time and reports none as available. */
  @ParameterizedTest
  @MethodSource("formatsAndCompressions")
  void readsFromAPipe(Recording format, Compression compression) throws Exception {
    read(new Dripping(compression.apply(format.write(DATA))));
    assertThat(read).isEqualTo(DATA);
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("formatsAndCompressions")
  void aCutFileIsAFaultOfItsLastRecordOnly(Recording format, Compression compression)
      throws Exception {
    byte[] whole = compression.apply(format.write(DATA));
    List<Integer> ends = format.ends();
    Random random = new Random(5);
    for (int i = 1; i < 40; i++) {
      int length = i < 20 ? whole.length - i : 20 + random.nextInt(whole.length - 20);
      read.clear();
      faults.clear();
      read(Arrays.copyOf(whole, length));
      assertThat(read).isEqualTo(DATA.subList(0, read.size()));
      long complete =
          compression == Compression.NONE
              ? ends.stream().filter(end -> end <= length).count()
              : read.size();
      assertThat(read).as("of %d of %d bytes", length, whole.length).hasSize((int) complete);
      boolean nothingIsCut = complete == DATA.size() && compression == Compression.NONE;
      assertThat(faults).hasSize(nothingIsCut ? 0 : 1);
    }
  }

  static Stream<Arguments> formatsAndCompressions() {
    return Stream.of(Recording.values())
        .flatMap(f -> Stream.of(Compression.values()).map(c -> Arguments.of(f, c)));
  }

  /** Sizes whose length or first bytes look like the beginning of another format. */
  @ParameterizedTest
  @EnumSource
  void knowsTheFormatWhateverTheSizeOfTheFirstMessage(Recording format) throws Exception {
    for (int padding = 0; padding < 600; padding++) {
      Span span = Span.newBuilder(span(9)).setTraceState("x".repeat(padding)).build();
      List<TracesData> first = List.of(data(List.of(span)), DATA.get(0));
      read.clear();
      read(format.write(first));
      assertThat(read).isEqualTo(first);
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void readsOneMessageAlone() throws Exception {
    for (TracesData data : DATA) {
      for (Compression compression : Compression.values()) {
        read(compression.apply(data.toByteArray()));
      }
    }
    assertThat(read)
        .isEqualTo(
            DATA.stream()
                .flatMap(data -> Collections.nCopies(Compression.values().length, data).stream())
                .toList());
    assertThat(faults).isEmpty();
  }

  @Test
  void toleratesBlankLinesAndForeignLineEndsAndAByteOrderMark() throws Exception {
    read("\uFEFF" + json(DATA.get(0)) + "\r\n\r\n \t\n" + json(DATA.get(1)));
    read("\n\n" + json(DATA.get(2)) + "\n\n");
    assertThat(read).isEqualTo(DATA.subList(0, 3));
    assertThat(faults).isEmpty();
  }

  @Test
  void readsPrettyDocumentsBetweenLines() throws Exception {
    read(
        pretty(DATA.get(0)) + json(DATA.get(1)) + "\n" + pretty(DATA.get(2)) + pretty(DATA.get(3)));
    read("\uFEFF\r\n" + pretty(DATA.get(5)).replace("\n", "\r\n"));
    assertThat(read)
        .containsExactly(DATA.get(0), DATA.get(1), DATA.get(2), DATA.get(3), DATA.get(5));
    assertThat(faults).isEmpty();
  }

  @Test
  void malformedLinesAreFaults_andTheOthersCount() throws Exception {
    read(
        "ountered\"}]}\n"
            + json(DATA.get(0))
            + "\n{\"resourceSpans\":[{\n\n"
            + json(DATA.get(1))
            + "\n{\n  \"resourceSpans\": [\n"
            + json(DATA.get(3))
            + "\n{\"data\":[]}\n{\n  \"resourceSpans\": [\n");
    assertThat(read).containsExactly(DATA.get(0), DATA.get(1), DATA.get(3));
    assertThat(faults)
        .satisfiesExactly(
            fault -> assertThat(fault).startsWith("in:1 not JSON at byte "),
            fault -> assertThat(fault).startsWith("in:3 resourceSpans[0]: ends at byte 20"),
            fault -> assertThat(fault).startsWith("in:6 resourceSpans: ends at byte "),
            fault -> assertThat(fault).isEqualTo("in:9 data: unknown (expected: resourceSpans)"),
            fault -> assertThat(fault).startsWith("in:10 resourceSpans: ends at byte "));
  }

  @Test
  void countsOtherSignals() throws Exception {
    read("{\"resourceMetrics\":[{}]}\n" + json(DATA.get(0)) + "\n{\"resourceLogs\":[]}\n{}\n");
    assertThat(read).containsExactly(DATA.get(0));
    assertThat(skipped).isEqualTo(3);
    assertThat(faults).isEmpty();
  }

  @Test
  void malformedMessagesAreFaults_andTheOthersCount() throws Exception {
    byte[] broken = DATA.get(2).toByteArray();
    broken[3] = -1;
    byte[] zstd = zstd(DATA.get(2).toByteArray());
    zstd[zstd.length - 5] ^= 0x55;
    read(
        join(
            framed(DATA.get(0).toByteArray()),
            framed(broken),
            framed(DATA.get(1).toByteArray()),
            framed(zstd),
            framed(Arrays.copyOf(zstd(DATA.get(4).toByteArray()), 90)),
            framed("{\"resourceSpans\":7}".getBytes(UTF_8)),
            framed(zstd(json(DATA.get(3)).getBytes(UTF_8)))));
    assertThat(read).containsExactly(DATA.get(0), DATA.get(1), DATA.get(3));
    assertThat(faults)
        .satisfiesExactly(
            fault -> assertThat(fault).startsWith("in: message 2 not an OTLP TracesData"),
            fault -> assertThat(fault).startsWith("in: message 4 "),
            fault -> assertThat(fault).startsWith("in: message 5 cannot decompress the rest"),
            fault ->
                assertThat(fault)
                    .isEqualTo("in: message 6 resourceSpans: 7 (expected: a JSON array)"));
  }

  @Test
  void aLengthBeyondAllBoundsEndsTheReading() throws Exception {
    byte[] one = framed(DATA.get(0).toByteArray());
    read(join(one, new byte[] {-1, -1, -1, -1}, one));
    read(join(delimited(DATA.get(0)), bytes("ffffffffffffffffff01"), delimited(DATA.get(0))));
    read(join(delimited(DATA.get(0)), bytes("ffffffffffffffffffff01"), delimited(DATA.get(0))));
    assertThat(read).containsExactly(DATA.get(0), DATA.get(0), DATA.get(0));
    String rest = " (expected: at most 1048576); the rest is ignored";
    assertThat(faults)
        .containsExactly(
            "in: message 2 length: 4294967295" + rest,
            "in: message 2 length: 18446744073709551615" + rest,
            "in: message 2 length: 18446744073709551615" + rest);
  }

  @Test
  void recordsThatAreTooLargeAreFaults() throws Exception {
    maxRecordBytes = 1000;
    byte[] large = DATA.get(4).toByteArray();
    read(json(DATA.get(0)) + "\n" + json(DATA.get(4)) + "\n" + json(DATA.get(1)));
    read(pretty(DATA.get(4)) + json(DATA.get(0)));
    read(
        join(
            framed(DATA.get(0).toByteArray()),
            framed(zstd(new byte[1 << 24])),
            framed(DATA.get(1).toByteArray())));
    read(large);
    assertThat(read)
        .containsExactly(DATA.get(0), DATA.get(1), DATA.get(0), DATA.get(0), DATA.get(1));
    String message = " record too large (expected: at most 1000)";
    assertThat(faults)
        .containsExactly(
            "in:2" + message, "in:1" + message, "in: message 2" + message, "in" + message);
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD"})
  void whatComesBeforeBrokenCompressionCounts(Compression compression) throws Exception {
    byte[] whole = compression.apply(Recording.JSON_LINES.write(DATA));
    for (int at = whole.length / 2; at < whole.length / 2 + 64; at++) {
      byte[] broken = whole.clone();
      broken[at] ^= 0x10;
      read.clear();
      faults.clear();
      read(broken);
      assertThat(read).startsWith(DATA.subList(0, 4).toArray(TracesData[]::new));
      assertThat(faults).isNotEmpty();
    }
  }

  @Test
  void saysWhatItCannotRead() throws Exception {
    read(new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0, 8});
    read(new byte[100]);
    read(new byte[] {0x1F, (byte) 0x8B, 8});
    assertThat(faults)
        .satisfiesExactly(
            fault ->
                assertThat(fault).startsWith("in starts with 50 4b 03 04 14 00 00 00 (expected:"),
            fault -> assertThat(fault).startsWith("in starts with 00 00"),
            fault -> assertThat(fault).startsWith("in cannot decompress"));
  }

  @Test
  void anEmptyFileIsNoFault() throws Exception {
    for (Compression compression : Compression.values()) {
      read(compression.apply(new byte[0]));
    }
    assertThat(read).isEmpty();
    assertThat(faults).isEmpty();
  }

  @Test
  void whatTheSinkRefusesIsAFault() throws Exception {
    byte[] metricsNotTraces = bytes("0a0412020a7f");
    read(metricsNotTraces);
    assertThat(faults).singleElement().asString().startsWith("in not an OTLP TracesData message");
  }

  @Test
  void aDiskThatFailsIsNoFaultOfTheFile() {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk");
          }
        };
    assertThatThrownBy(() -> read(failing)).isInstanceOf(IOException.class).hasMessage("disk");
  }

  @Test
  void tellsHowFarItIsInTheFile() throws Exception {
    byte[] file =
        Compression.ZSTD.apply(Recording.JSON_LINES.write(Collections.nCopies(200, DATA.get(6))));
    RecordedSpans spans = new RecordedSpans(new ByteArrayInputStream(file), "in");
    assertThat(spans.bytesRead()).isZero();
    spans.read(new Checking());
    assertThat(spans.bytesRead()).isEqualTo(file.length);
  }

  private void read(String file) throws IOException {
    read(file.getBytes(UTF_8));
  }

  private void read(byte[] file) throws IOException {
    read(new ByteArrayInputStream(file));
  }

  private void read(InputStream file) throws IOException {
    RecordedSpans spans = new RecordedSpans(file, "in", maxRecordBytes);
    spans.read(new Checking());
    skipped = spans.skipped();
  }

  /** Refuses what cannot be scanned, as everyone will. */
  private final class Checking implements RecordedSpans.Sink {
    private final SpanScan scan = new SpanScan();

    @Override
    public void record(byte[] tracesData) throws MalformedOtlpException {
      scan.scan(tracesData, null);
      try {
        read.add(TracesData.parseFrom(tracesData));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void fault(String where, String message) {
      faults.add(where + " " + message);
    }
  }

  private enum Recording {
    JSON_LINES(data -> (json(data) + "\n").getBytes(UTF_8)),
    PRETTY_DOCUMENTS(data -> pretty(data).getBytes(UTF_8)),
    FRAMED_PROTOBUF(data -> framed(data.toByteArray())),
    FRAMED_ZSTD_PROTOBUF(data -> framed(zstd(data.toByteArray()))),
    FRAMED_ZSTD_JSON(data -> framed(zstd(json(data).getBytes(UTF_8)))),
    DELIMITED(RecordedSpansTest::delimited);

    private final Function<TracesData, byte[]> writer;

    Recording(Function<TracesData, byte[]> writer) {
      this.writer = writer;
    }

    byte[] write(List<TracesData> all) {
      return join(all.stream().map(writer).toArray(byte[][]::new));
    }

    /** Where each of {@link #DATA} is whole; the last newline need not be there. */
    List<Integer> ends() {
      int newline = this == JSON_LINES || this == PRETTY_DOCUMENTS ? 1 : 0;
      List<Integer> ends = new ArrayList<>();
      int end = 0;
      for (TracesData data : DATA) {
        end += writer.apply(data).length;
        ends.add(end - newline);
      }
      return ends;
    }
  }

  /** The members and frames end anywhere, not where records do. */
  private enum Compression {
    NONE(bytes -> bytes),
    GZIP(RecordedSpansTest::gzip),
    GZIP_MEMBERS(bytes -> inThree(bytes, RecordedSpansTest::gzip)),
    ZSTD(RecordedSpansTest::zstd),
    ZSTD_FRAMES(bytes -> inThree(bytes, RecordedSpansTest::zstd));

    private final UnaryOperator<byte[]> compressor;

    Compression(UnaryOperator<byte[]> compressor) {
      this.compressor = compressor;
    }

    byte[] apply(byte[] bytes) {
      return compressor.apply(bytes);
    }

    private static byte[] inThree(byte[] bytes, UnaryOperator<byte[]> compressor) {
      int third = bytes.length / 3;
      return join(
          compressor.apply(Arrays.copyOfRange(bytes, 0, third)),
          compressor.apply(Arrays.copyOfRange(bytes, third, 2 * third)),
          compressor.apply(Arrays.copyOfRange(bytes, 2 * third, bytes.length)));
    }
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** With a checksum, as the Collector and the zstd tool have it. */
  private static byte[] zstd(byte[] bytes) {
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      return zstd.setChecksum(true).compress(bytes);
    }
  }

  private static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message).array();
  }

  private static byte[] delimited(TracesData data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      data.writeDelimitedTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String json(TracesData data) {
    return pretty(data).replaceAll("\n *", "");
  }

  private static String pretty(TracesData data) {
    return data.getResourceSpans(0).getScopeSpans(0).getSpansList().stream()
        .map(RecordedSpansTest::json)
        .collect(
            Collectors.joining(
                ",\n    ",
                "{\n  \"resourceSpans\": [{\"scopeSpans\":[{\"spans\":[\n    ",
                "\n  ]}]}]\n}\n"));
  }

  private static String json(Span span) {
    return """
        {"traceId": "%s", "name": "%s", "traceState": "%s"}"""
        .formatted(
            HexFormat.of().formatHex(span.getTraceId().toByteArray()),
            span.getName(),
            span.getTraceState());
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** Delivers few bytes at a time and reports none as available. */
  private static final class Dripping extends FilterInputStream {
    Dripping(byte[] bytes) {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return super.read(target, offset, Math.min(length, 700));
    }

    @Override
    public int available() {
      return 0;
    }
  }

  private static TracesData data(int spans) {
    return data(IntStream.range(0, spans).mapToObj(i -> span(1000L * spans + i)).toList());
  }

  private static TracesData data(List<Span> spans) {
    return TracesData.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addAllSpans(spans)))
        .build();
  }

  private static Span span(long id) {
    return Span.newBuilder()
        .setTraceId(ByteString.copyFrom(ByteBuffer.allocate(16).putLong(3).putLong(id).array()))
        .setName("op " + new Random(id).nextLong())
        .build();
  }
}
