package io.tailrace.policies.export;

import com.google.re2j.Pattern;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.RegexCompiler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads blocks of the Collector's {@code redaction} processor. Reads one document. */
public final class RedactionReader {
  /**
   * Hash function in the JDK.
   *
   * @param keyBytes least length of the key; 0 for a hash without key
   */
  private record Function(String algorithm, int keyBytes) {}

  private static final Map<String, Function> FUNCTIONS = new LinkedHashMap<>();

  static {
    FUNCTIONS.put("md5", new Function("MD5", 0));
    FUNCTIONS.put("sha1", new Function("SHA-1", 0));
    FUNCTIONS.put("sha3", new Function("SHA3-256", 0));
    FUNCTIONS.put("hmac-sha256", new Function("HmacSHA256", 32));
    FUNCTIONS.put("hmac-sha512", new Function("HmacSHA512", 64));
  }

  private static final Map<String, SummaryLevel> LEVELS = new LinkedHashMap<>();

  static {
    LEVELS.put("debug", SummaryLevel.DEBUG);
    LEVELS.put("info", SummaryLevel.INFO);
    LEVELS.put("silent", SummaryLevel.SILENT);
  }

  private static final List<String> DATABASES =
      List.of("sql", "redis", "valkey", "memcached", "mongo", "opensearch", "es");

  private final RegexCompiler regexes = new RegexCompiler();

  /**
   * Reads a block. An absent value is an empty block, which removes all attributes.
   *
   * @param name key of the block in its document
   * @return empty after some faults
   */
  public Optional<Redaction> read(String name, Node block) {
    return block.mapping(settings -> read(name, settings));
  }

  private Redaction read(String name, MappingReader settings) {
    Redaction.Keys keys =
        new Redaction.Keys(
            settings.get("allow_all_keys").bool(false),
            texts(settings.get("allowed_keys")),
            texts(settings.get("ignored_keys")),
            patterns(settings.get("ignored_key_patterns")),
            patterns(settings.get("blocked_key_patterns")));
    Redaction.Values values =
        new Redaction.Values(
            patterns(settings.get("blocked_values")),
            patterns(settings.get("allowed_values")),
            settings.get("redact_all_types").bool(false),
            settings.get("redact_names").bool(false));
    Mask mask = mask(settings.get("hash_function"), settings.get("hmac_key"));
    refuseDatabases(settings.get("db_sanitizer"));
    settings.get("url_sanitizer").mapping(RedactionReader::refuseSanitizer);
    return new Redaction(name, keys, values, mask, level(settings.get("summary")));
  }

  private static Set<String> texts(Node list) {
    Set<String> texts = new LinkedHashSet<>();
    list.texts().forEach(node -> texts.add(node.string("")));
    return texts;
  }

  private List<Pattern> patterns(Node list) {
    List<Pattern> patterns = new ArrayList<>();
    if (!list.isList() && list.present() && list.texts().size() > 1) {
      return list.fault("a list, as a text is split at its commas", patterns);
    }
    for (Node node : list.texts()) {
      String regex = node.string(); // one without content would match everything
      if (!regex.isEmpty()) {
        regexes.compile(regex, node::fault).ifPresent(patterns::add);
      }
    }
    return patterns;
  }

  /** Reads the mask. Faults do not show the key. */
  private static Mask mask(Node name, Node secret) {
    String key = secret.present() ? secret.text() : "";
    if (name.string("").isEmpty()) {
      warnOfKey(secret);
      return Mask.STARS;
    }
    Optional<Function> found = name.oneOfInAnyCase(FUNCTIONS);
    if (found.isEmpty()) {
      return Mask.STARS;
    }
    Function function = found.get();
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < function.keyBytes) {
      name.fault(
          "hmac_key with at least %d bytes, it has %d".formatted(function.keyBytes, bytes.length));
    } else if (function.keyBytes == 0) {
      warnOfKey(secret);
    }
    return Mask.hash(name.string(""), function.algorithm, bytes);
  }

  private static void warnOfKey(Node secret) {
    if (secret.present()) {
      secret.warn("has no effect without hash_function: hmac-sha256 or hmac-sha512");
    }
  }

  private static SummaryLevel level(Node summary) {
    return summary.present()
        ? summary.oneOf(LEVELS).orElse(SummaryLevel.SILENT)
        : SummaryLevel.SILENT;
  }

  private static void refuseDatabases(Node sanitizer) {
    sanitizer.mapping(
        settings -> {
          settings.get("sanitize_span_name").bool(true);
          DATABASES.forEach(name -> settings.get(name).mapping(RedactionReader::refuseSanitizer));
          return settings;
        });
  }

  private static MappingReader refuseSanitizer(MappingReader settings) {
    settings.get("attributes").texts();
    settings.get("sanitize_span_name").bool(true);
    Node enabled = settings.get("enabled");
    if (enabled.bool(false)) {
      enabled.fault("false, as Tailrace has no sanitizers; blocked_values can mask such parts");
    }
    return settings;
  }
}
