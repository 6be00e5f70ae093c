package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.ANYTHING;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.CONVERTIBLE;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Id;
import io.tailrace.policies.ottl.values.Parameter;
import io.tailrace.policies.ottl.values.Strings;
import io.tailrace.policies.ottl.values.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions that convert between bytes, IDs and their text. */
final class CodingConverters {
  /** Charsets that every Java runtime has. Others depend on its modules. */
  private static final Map<String, Charset> CHARSETS =
      Map.of(
          "utf-8", StandardCharsets.UTF_8,
          "utf8", StandardCharsets.UTF_8,
          "us-ascii", StandardCharsets.US_ASCII,
          "ascii", StandardCharsets.US_ASCII,
          "iso-8859-1", StandardCharsets.ISO_8859_1,
          "latin1", StandardCharsets.ISO_8859_1,
          "utf-16", StandardCharsets.UTF_16LE,
          "utf-16be", StandardCharsets.UTF_16BE,
          "utf-16le", StandardCharsets.UTF_16LE);

  private static final Parameter.Preparation ENCODING =
      (text, regexes, fault) -> {
        fault.accept("base64, base64-raw, base64-url, base64-raw-url, utf-8, us-ascii, iso-8859-1");
        return text.startsWith("base64") ? base64(text) : CHARSETS.get(lower(text));
      };

  private static final Parameter.Preparation VARIANT =
      (text, regexes, fault) -> {
        fault.accept("base64, base64-raw, base64-url or base64-raw-url");
        return base64(text);
      };

  private CodingConverters() {}

  static List<Converter> all() {
    return List.of(
        id("TraceID", Id.TRACE_BYTES),
        id("SpanID", Id.SPAN_BYTES),
        id("ProfileID", Id.PROFILE_BYTES),
        Converter.named("Hex").takes("value", CONVERTIBLE).gives(Type.STRING, (a, f) -> hex(a[0])),
        Converter.named("Base64Encode")
            .takes("value", STRING)
            .optionallyFixed("variant", VARIANT)
            .gives(Type.STRING, (a, f) -> encode((String) a[0], (Base64Variant) a[1])),
        Converter.named("Base64Decode")
            .takes("value", STRING)
            .gives(
                Type.STRING,
                (a, f) -> text(STANDARD.decode((String) a[0]), StandardCharsets.UTF_8)),
        Converter.named("Decode")
            .takes("value", CONVERTIBLE)
            .takesFixed("encoding", ENCODING)
            .gives(Type.STRING, (a, f) -> decode(a[0], a[1])));
  }

  private static Converter id(String name, int length) {
    return Converter.named(name)
        .takes("value", ANYTHING)
        .gives(Type.ID, (a, f) -> Id.of(idBytes(a[0], length), length));
  }

  /** Converts raw bytes of an ID, or its hex digits as text or bytes. */
  private static byte[] idBytes(Object value, int length) {
    byte[] bytes = bytes(value);
    if (bytes.length == 2 * length) {
      return HexFormat.of().parseHex(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    if (bytes.length != length) {
      throw new EvaluationException("no id of " + length + " bytes");
    }
    return bytes;
  }

  private static String hex(Object value) {
    return HexFormat.of().formatHex(bytes(value));
  }

  /** Converts a value to bytes. Numbers are 8 bytes, big-endian. Nil has no bytes. */
  private static byte[] bytes(Object value) {
    if (value == null) {
      return new byte[0];
    }
    if (value instanceof String text) {
      return Strings.utf8(text);
    }
    if (value instanceof Long integer) {
      return ByteBuffer.allocate(Long.BYTES).putLong(integer).array();
    }
    if (value instanceof Double real) {
      return ByteBuffer.allocate(Long.BYTES).putDouble(real).array();
    }
    if (value instanceof Boolean bool) {
      return new byte[] {(byte) (bool ? 1 : 0)};
    }
    if (value instanceof byte[] given) {
      return given;
    }
    throw new EvaluationException("a value that has no bytes");
  }

  private record Base64Variant(boolean url, boolean raw) {
    String encode(byte[] bytes) {
      Base64.Encoder encoder = url ? Base64.getUrlEncoder() : Base64.getEncoder();
      return (raw ? encoder.withoutPadding() : encoder).encodeToString(bytes);
    }

    /** Decodes like Go: padding is either required or forbidden, and line breaks are ignored. */
    byte[] decode(String broken) {
      String text = broken.replace("\n", "").replace("\r", "");
      if (raw ? text.endsWith("=") : text.length() % 4 != 0) {
        throw new EvaluationException("base64 with the wrong padding");
      }
      return (url ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    }
  }

  private static final Base64Variant STANDARD = new Base64Variant(false, false);

  private static @Nullable Base64Variant base64(String name) {
    return switch (name) {
      case "base64" -> STANDARD;
      case "base64-raw" -> new Base64Variant(false, true);
      case "base64-url" -> new Base64Variant(true, false);
      case "base64-raw-url" -> new Base64Variant(true, true);
      default -> null;
    };
  }

  private static String encode(String text, Base64Variant variant) {
    return (variant == null ? STANDARD : variant).encode(Strings.utf8(text));
  }

  private static String decode(Object value, Object encoding) {
    if (!(value instanceof String) && !(value instanceof byte[])) {
      throw new EvaluationException("neither text nor bytes to decode");
    }
    byte[] bytes = value instanceof byte[] given ? given : Strings.utf8((String) value);
    if (encoding instanceof Base64Variant variant) {
      byte[] decoded = variant.decode(new String(bytes, StandardCharsets.ISO_8859_1));
      return text(decoded, StandardCharsets.UTF_8);
    }
    return text(bytes, (Charset) encoding);
  }

  private static String text(byte[] bytes, Charset charset) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new EvaluationException("bytes that are no text");
    }
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
